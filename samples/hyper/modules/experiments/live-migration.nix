# Moving a guest to another host while it runs.
{ config, lib, ... }:
{
  options.hypervisor.experiments.liveMigration = {
    enable = lib.mkEnableOption "moving running guests between hosts";

    firstPort = lib.mkOption {
      type = lib.types.port;
      default = 49152;
      description = "First of the ports that a migration may use.";
    };

    lastPort = lib.mkOption {
      type = lib.types.port;
      default = 49215
      description = "Last of the ports that a migration may use.";
    };
  };

  config = lib.mkIf config.hypervisor.experiments.liveMigration.enable {
    networking.firewall.allowedTCPPortRanges = [
      {
        from = config.hypervisor.experiments.liveMigration.firstPort;
        to = config.hypervisor.experiments.liveMigration.lastPort;
      }
    ];
  };
}
