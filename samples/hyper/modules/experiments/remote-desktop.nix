# A guest's screen, in the browser.
{ config, lib, ... }:
{
  imports = lib.optional config.hypervisor.experiments.remoteDesktop.usb ./usb-redirection.nix;

  options.hypervisor.experiments.remoteDesktop = {
    enable = lib.mkEnableOption "guests' screens in the browser";

    usb = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether the operator's USB devices can be used in a guest, too.";
    };
  };

  config = lib.mkIf config.hypervisor.experiments.remoteDesktop.enable {
    services.guacamole-server.enable = true;
    services.guacamole-client.enable = true;
  };
}
