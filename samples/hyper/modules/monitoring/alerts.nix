# Alertmanager, and the mail that it sends.
{ config, lib, ... }:
{
  options.hypervisor.monitoring.alerts = {
    enable = lib.mkEnableOption "alerts by mail";

    port = lib.mkOption {
      type = lib.types.port;
      default = 9093;
      description = "TCP port of Alertmanager.";
    };

    recipient = lib.mkOption {
      type = lib.types.str;
      default = "root@localhost";
      example = "oncall@example.org";
      description = "Who is written to.";
    };

    smarthost = lib.mkOption {
      type = lib.types.str;
      default = "localhost:25";
      description = "Mail server that takes the messages, as host and port.";
    };

    repeatInterval = lib.mkOption {
      type = lib.types.str;
      default = "4h";
      description = "How long to wait before an alert that still fires is sent again.";
    };
  };

  config = lib.mkIf config.hypervisor.monitoring.alerts.enable {
    services.prometheus.alertmanager = {
      enable = true;
      port = config.hypervisor.monitoring.alerts.port;
      configuration = {
        global = {
          smtp_smarthost = config.hypervisor.monitoring.alerts.smarthost;
          smtp_from = "alertmanager@${config.hypervisor.management.domain}";
        };
        route = {
          receiver = "mail";
          group_by = [ "alertname" ];
          repeat_interval = config.hypervisor.monitoring.alerts.repeatInterval;
        };
        receivers = [
          {
            name = "mail";
            email_configs = [ { to = config.hypervisor.monitoring.alerts.recipent; } ];
          }
        ];
      };
    };
  };
}
