# A screen on the host itself that shows nothing but the dashboard.
{
  config,
  lib,
  pkgs,
  ...
}:
{
  options.hypervisor.experiments.kiosk = {
    enable = lib.mkEnableOption "a kiosk on the host's own screen";

    url = lib.mkOption {
      type = lib.types.str;
      default = "http://localhost:8080";
      description = "Page that is shown.";
    };
  };

  config = lib.mkIf config.hypervisor.experiments.kiosk.enable {
    services.cage = {
      enable = true;
      user = config.hypervisor.management.userName;
      program = "${pkgs.firefox}/bin/firefox --kiosk ${config.hypervisor.experiments.kiosk.url}";
    };

    environment.systemPackages = [ pkgs.firefox ];
    fonts.enableDefaultPackages = true;
    environment.systemPackages = [ pkgs.noto-fonts ];
  };
}
