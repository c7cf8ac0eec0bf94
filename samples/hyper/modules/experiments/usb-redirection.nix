# USB devices of the operator's own machine, inside a guest.
{ config, lib, ... }:
{
  options.hypervisor.experiments.usbRedirection = {
    enable = lib.mkEnableOption "redirecting USB devices to guests";

    maxDevices = lib.mkOption {
      type = lib.types.ints.between 1 8;
      default = 2;
      description = "Number of devices that one guest may take.";
    };
  };

  config = lib.mkIf config.hypervisor.experiments.usbRedirection.enable {
    virtualisation.spiceUSBRedirection.enable = true;
    environment.sessionVariables.HYPERVISOR_USB_DEVICES =
      toString config.hypervisor.experiments.usbRedirection.maxDevices;
  };
}
