# Chores that nobody wants to remember.
{ config, lib, ... }:
{
  options.hypervisor.automation.maintenance = {
    enable = lib.mkEnableOption "regular maintenance";

    keepGenerations = lib.mkOption {
      type = lib.types.strMatching "[0-9]+d";
      default = "30d";
      description = "Age at which old generations of the system are collected.";
    };

    schedule = lib.mkOption {
      type = lib.types.str;
      default = "weekly";
      description = "When the chores run, as a systemd calendar expression.";
    };

    upgrades = {
      enable = lib.mkEnableOption "unattended upgrades";

      flake = lib.mkOption {
        type = lib.types.str;
        default = "/etc/nixos";
        example = "git+https://git.example.org/hyper";
        description = "Flake that the host upgrades itself from.";
      };
    };
  };

  config = lib.mkMerge [
    (lib.mkIf config.hypervisor.automation.maintenance.enable {
      nix.gc = {
        automatic = true;
        dates = config.hypervisor.automation.maintenance.schedule;
        options = "--delete-older-than ${config.hypervisor.automation.maintenance.keepGenerations}";
      };
      nix.optimise.automatic = true;
    })

    (lib.mkIf config.hypervisor.automation.maintenance.upgrades.enable {
      system.autoUpgrade = {
        enable = true;
        dates = config.hypervisor.automation.maintenance.schedule;
        flake = config.hypervisor.automation.maintenance.upgrades.flake;
      };
    })
  ];
}
