# Dashboards over the metrics that Prometheus keeps.
{ config, lib, ... }:
{
  options.hypervisor.monitoring.grafana = {
    enable = lib.mkEnableOption "Grafana";

    port = lib.mkOption {
      type = lib.types.port;
      default = 3000;
      description = "TCP port Grafana listens on.";
    };

    dataSource = lib.mkOption {
      type = lib.types.str;
      default = "http://localhost:9090";
      description = "Address of the Prometheus server to read from.";
    };

    anonymousAccess = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether dashboards can be viewed without logging in.";
    };
  };

  config = lib.mkIf config.hypervisor.monitoring.grafana.enable {
    services.grafana = {
      enable = true;
      settings = {
        server = {
          http_port = config.hypervisor.monitoring.grafana.port;
          domain = config.hypervisor.management.domain;
        };
        "auth.anonymous".enabled = config.hypervisor.monitoring.grafana.anonymousAccess;
      };
      provision.datasources.settings.datasources = [
        {
          name = "Prometheus";
          type = "prometheus";
          url = config.hypervisor.monitoring.grafana.dataSource;
        }
      ];
    };
  };
}
