# TLS in front of the dashboard.
{ config, lib, ... }:
let
  cfg = config.hypervisor.web.proxy;
in
{
  options.hypervisor.web.proxy = {
    enable = lib.mkEnableOption "the reverse proxy in front of the dashboard";

    upstream = lib.mkOption {
      type = lib.types.str;
      default = "http://localhost:8080";
      description = "Where requests are passed on to.";
    };

    acmeEmail = lib.mkOption {
      type = lib.types.str;
      example = "hostmaster@example.org";
      description = "Address that the certificate authority may write to.";
    };

    maxUploadSize = lib.mkOption {
      type = lib.types.str;
      default = "4g";
      description = "Largest disk image that may be uploaded, in the words of nginx.";
    };
  };

  config = lib.mkIf cfg.enable {
    services.nginx = {
      enable = true;
      recommendedProxySettings = true;
      recommendedTlsSettings = true;
      clientMaxBodySize = cfg.maxUploadSize;

      virtualHosts.${config.hypervisor.management.domain} = {
        forceSSL = true;
        enableACME = true;
        locations."/" = {
          proxyPass = cfg.upstream;
          proxyWebsockets = true;
        };
      };
    };

    security.acme = {
      acceptTerms = true;
      defaults.email = cfg.acmeEmail;
    };
  };
}
