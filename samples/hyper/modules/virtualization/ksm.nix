# Guests that run the same system share the memory that is equal in all of them.
{ config, lib, ... }:
{
  options.hypervisor.virtualization.ksm = {
    enable = lib.mkEnableOption "sharing equal memory between guests";

    sleep = lib.mkOption {
      type = lib.types.nullOr lib.types.ints.positive;
      default = null;
      description = "Milliseconds between two scans, or null for the kernel's own default.";
    };
  };

  config = lib.mkIf config.hypervisor.virtualization.ksm.enable {
    hardware.ksm = {
      enable = true;
      sleep = config.hypervisor.virtualization.ksm.sleep;
    };
  };
}
