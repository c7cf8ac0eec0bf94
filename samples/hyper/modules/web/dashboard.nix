# The dashboard: a small web application to watch and operate the guests. It listens on the loopback
# interface; see proxy.nix for how it is reached from elsewhere.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  python = pkgs.python3.withPackages (packages: [
    packages.flask
    packages.gunicorn
    packages.psutil
  ]);
in
{
  options.hypervisor.web = {
    enable = lib.mkEnableOption "the web dashboard";

    port = lib.mkOption {
      type = lib.types.port;
      default = 8080;
      description = "TCP port the dashboard listens on.";
    };

    listenAddress = lib.mkOption {
      type = lib.types.str;
      default = "127.0.0.1";
      example = "::1";
      description = "Address the dashboard binds to.";
    };

    workers = lib.mkOption {
      type = lib.types.ints.between 1 64;
      default = 2;
      description = "Number of worker processes that answer requests.";
    };

    sessionLifetime = lib.mkOption {
      type = lib.types.ints.positive;
      default = 3600;
      description = "Seconds after which an idle session has to log in again.";
    };

    theme = lib.mkOption {
      type = lib.types.enum [
        "light"
        "dark"
        "auto"
      ];
      default = "auto";
      description = "Colour scheme of the pages; `auto` follows the browser.";
    };

    logLevel = lib.mkOption {
      type = lib.types.nullOr (
        lib.types.enum [
          "debug"
          "info"
          "warning"
        ]
      );
      default = null;
      description = "How much the dashboard writes to the journal, or null for its own default.";
    };
  };

  config = lib.mkIf config.hypervisor.web.enable {
    systemd.services.hypervisor-dashboard = {
      description = "Web dashboard of the hypervisor";
      after = [ "network.target" ];
      wantedBy = [ "multi-user.target" ];

      environment = {
        DASHBOARD_SESSION_LIFETIME = toString config.hypervisor.web.sessionLifetime;
        DASHBOARD_STATE = "${config.hypervisor.management.stateDirectory}/dashboard";
        DASHBOARD_THEME = config.hypervisor.web.theme;
      };

      serviceConfig = {
        ExecStart = lib.escapeShellArgs (
          [
            "${python}/bin/gunicorn"
            "--bind"
            "${config.hypervisor.web.listenAddress}:${toString config.hypervisor.web.port}"
            "--workers"
            (toString config.hypervisor.web.workers)
          ]
          ++ lib.optionals (config.hypervisor.web.logLevel != null) [
            "--log-level"
            config.hypervisor.web.logLevel
          ]
          ++ [ "dashboard:app" ]
        );
        User = config.hypervisor.management.userName;
        Restart = "on-failure";
        RestartSec = 5;

        # The dashboard asks systemd about the guests over D-Bus and needs nothing else of the host.
        NoNewPrivileges = true;
        PrivateTmp = true;
        ProtectHome = true;
        ProtectSystem = "strict";
        ReadWritePaths = [ "${config.hypervisor.management.stateDirectory}/dashboard" ];
      };
    };

    systemd.tmpfiles.rules = [
      "d ${config.hypervisor.management.stateDirectory}/dashboard 0750 ${config.hypervisor.management.userName} - - -"
    ];

    # Guests reach the dashboard over the bridge, the world only through the proxy.
    networking.firewall.interfaces.br0.allowedTCPPorts = [ config.hypervisor.web.port ];
  };
}
