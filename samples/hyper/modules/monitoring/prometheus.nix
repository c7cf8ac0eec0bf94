# Prometheus, and the rules about the host itself that it evaluates.
{ config, lib, ... }:
{
  options.hypervisor.monitoring.prometheus = {
    enable = lib.mkEnableOption "the Prometheus server";

    port = lib.mkOption {
      type = lib.types.port;
      default = 9090;
      description = "TCP port of the Prometheus server.";
    };

    retention = lib.mkOption {
      type = lib.types.strMatching "[0-9]+[dwy]";
      default = "30d";
      example = "1y";
      description = "How long samples are kept.";
    };

    scrapeInterval = lib.mkOption {
      type = lib.types.str;
      default = "30s";
      description = "Time between two scrapes of a target.";
    };

    targets = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ "localhost:9100" ];
      example = [ "storage.example.org:9100" ];
      description = "Hosts and ports to scrape.";
    };

    hostRules = {
      enable = lib.mkEnableOption "recording rules about the host's load";

      window = lib.mkOption {
        type = lib.types.str;
        default = "5m";
        description = "Window over which the rules average.";
      };
    };
  };

  config = lib.mkMerge [
    (lib.mkIf config.hypervisor.monitoring.prometheus.enable {
      services.prometheus = {
        enable = true;
        port = config.hypervisor.monitoring.prometheus.port;
        retentionTime = config.hypervisor.monitoring.prometheus.retention;
        globalConfig.scrape_interval = config.hypervisor.monitoring.prometheus.scrapeInterval;
        scrapeConfigs = [
          {
            job_name = "node";
            static_configs = [ { targets = config.hypervisor.monitoring.prometheus.targets; } ];
          }
        ];
      };
    })

    (lib.mkIf config.hypervisor.monitoring.prometheus.hostRules.enable {
      services.prometheus.rules = [
        ''
          groups:
            - name: host
              rules:
                - record: instance:cpu:busy
                  expr: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[${config.hypervisor.monitoring.prometheus.hostRules.window}]))
        ''
      ];
    })
  ];
}
