# A copy of the production host to try things on.
{ config, lib, ... }:
{
  options.hypervisor.experiments.staging = {
    enable = lib.mkEnableOption "the settings of a staging host";

    port = lib.mkOption {
      type = lib.types.port;
      default = 8443;
      description = "TCP port of the staging dashboard.";
    };
  };

  config = lib.mkIf config.hypervisor.experiments.staging.enable {
    hypervisor.web.prot = config.hypervisor.experiments.staging.port;
    hypervisor.web.theme = "dark";
  };
}
