# Settings that a host needs anyway.
{ config, lib, ... }:
{
  options.hypervisor = {
    locale = {
      enable = lib.mkEnableOption "the host's own language and time zone";

      timeZone = lib.mkOption {
        type = lib.types.str;
        default = "UTC";
        example = "Europe/Zurich";
        description = "Time zone of the host's clock.";
      };

      language = lib.mkOption {
        type = lib.types.str;
        default = "en_US.UTF-8";
        description = "Locale of messages and dates.";
      };
    };

    logging = {
      enable = lib.mkEnableOption "a bound on the journal";

      maxUse = lib.mkOption {
        type = lib.types.str;
        default = "2G";
        description = "Disk space that the journal may take.";
      };
    };

    power = {
      enable = lib.mkEnableOption "a fixed governor for the processor";

      governor = lib.mkOption {
        type = lib.types.enum [
          "ondemand"
          "performance"
          "powersave"
        ];
        default = "performance";
        description = "Governor that sets the processor's frequency.";
      };
    };

    console = {
      enable = lib.mkEnableOption "a serial console";

      device = lib.mkOption {
        type = lib.types.str;
        default = "ttyS0";
        description = "Serial line that the console is on.";
      };

      speed = lib.mkOption {
        type = lib.types.ints.positive;
        default = 115200;
        description = "Speed of the line in baud.";
      };
    };
  };

  config = lib.mkMerge [
    (lib.mkIf config.hypervisor.locale.enable {
      time.timeZone = config.hypervisor.locale.timeZone;
      i18n.defaultLocale = config.hypervisor.locale.language;
    })

    (lib.mkIf config.hypervisor.logging.enable {
      services.journald.extraConfig = "SystemMaxUse=${config.hypervisor.logging.maxUse}";
    })

    (lib.mkIf config.hypervisor.power.enable {
      powerManagement.cpuFreqGovernor = config.hypervisor.power.governor;
    })

    (lib.mkIf config.hypervisor.console.enable {
      boot.kernelParams = [
        "console=${config.hypervisor.console.device},${toString config.hypervisor.console.speed}"
      ];
    })
  ];
}
