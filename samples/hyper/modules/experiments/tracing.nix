# Where the time goes: traces of the dashboard's requests.
{ config, lib, ... }:
{
  options.hypervisor.experiments.tracing = {
    enable = lib.mkEnableOption "traces of requests";
  }
  // lib.optionalAttrs config.hypervisor.experiments.tracing.enable {
    endpoint = lib.mkOption {
      type = lib.types.str;
      default = "http://localhost:4318";
      description = "Collector that the traces are sent to.";
    };
  };

  config = lib.mkIf config.hypervisor.experiments.tracing.enable {
    environment.variables.OTEL_EXPORTER_OTLP_ENDPOINT =
      config.hypervisor.experiments.tracing.endpoint;
  };
}
