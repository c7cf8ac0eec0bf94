# What this host tells Prometheus about itself.
{ config, lib, ... }:
{
  options.hypervisor.monitoring.exporter = {
    enable = lib.mkEnableOption "the node exporter";

    port = lib.mkOption {
      type = lib.types.port;
      default = 9100;
      description = "TCP port the exporter listens on.";
    };

    collectors = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [
        "systemd"
        "hwmon"
      ];
      example = [ "processes" ];
      description = "Collectors to run besides the exporter's own defaults.";
    };

    textfileDirectory = lib.mkOption {
      type = lib.types.path;
      default = "/var/lib/node-exporter";
      description = "Directory where scripts leave metrics of their own as `*.prom` files.";
    };
  };

  config = {
    services.prometheus.exporters.node = {
      enable = true;
      port = config.hypervisor.monitoring.exporter.port;
      # The textfile collector is always on: the backup job reports through it.
      enabledCollectors = config.hypervisor.monitoring.exporter.collectors ++ [ "textfile" ];
      extraFlags = [
        "--collector.textfile.directory=${config.hypervisor.monitoring.exporter.textfileDirectory}"
      ];
    };

    # Anyone in the group may drop a file; the exporter only ever reads.
    systemd.tmpfiles.rules = [
      "d ${config.hypervisor.monitoring.exporter.textfileDirectory} 0775 root wheel - -" # keep the mode
    ];

    /*
      Prometheus runs on this very host, so nothing is opened to the outside.
      A second server would be let in through the firewall module.
    */
    networking.firewall.interfaces.lo.allowedTCPPorts = [
      config.hypervisor.monitoring.exporter.port
    ];
  };
}
