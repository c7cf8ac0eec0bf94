# How much the operator may do. The profile decides about privileges only; what is reachable over the
# network is the firewall's business.
{ config, lib, ... }:
{
  options.hypervisor.security = {
    enable = lib.mkEnableOption "the security profile";

    profile = lib.mkOption {
      type = lib.types.enum [
        "headless"
        "management"
      ];
      default = "headless";
      description = ''
        - `headless`: the operator may start and stop guests and nothing else.
        - `management`: the operator may also use sudo, with a password.
      '';
    };

    hideProcesses = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether users see only their own processes.";
    };
  };

  config = lib.mkMerge [
    (lib.mkIf config.hypervisor.security.enable {
      security.protectKernelImage = true;
      security.sudo = {
        execWheelOnly = true;
        wheelNeedsPassword = true;
      };
      users.users.${config.hypervisor.management.userName} = {
        isNormalUser = true;
        extraGroups =
          [ "kvm" ]
          ++ lib.optional (config.hypervisor.security.profile == "management") "wheel";
      };
    })

    (lib.mkIf (config.hypervisor.security.enable && config.hypervisor.security.hideProcesses) {
      fileSystems."/proc" = {
        device = "proc";
        fsType = "proc";
        options = [ "hidepid=invisible" ];
      };
    })
  ];
}
