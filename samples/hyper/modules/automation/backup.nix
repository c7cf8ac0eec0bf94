# Nightly backups with restic.
{ config, lib, ... }:
{
  options.hypervisor.automation.backup = {
    enable = lib.mkEnableOption "nightly backups";

    repository = lib.mkOption {
      type = lib.types.str;
      example = "sftp:backup@vault.example.org:/srv/restic/hyper";
      description = "The restic repository that backups go to.";
    };

    passwordFile = lib.mkOption {
      type = lib.types.path;
      example = "/run/keys/restic";
      description = "File with the repository's password, readable by root only.";
    };

    schedule = lib.mkOption {
      type = lib.types.str;
      default = "03:15";
      example = "Sun 04:00";
      description = "When the backup runs, as a systemd calendar expression.";
    };

    keep = {
      daily = lib.mkOption {
        type = lib.types.ints.unsigned;
        default = 7;
        description = "Number of daily snapshots to keep.";
      };

      weekly = lib.mkOption {
        type = lib.types.ints.unsigned;
        default = 4;
        description = "Number of weekly snapshots to keep.";
      };
    };
  };

  config = lib.mkIf config.hypervisor.automation.backup.enable {
    services.restic.backups.hypervisor = {
      initialize = true;
      repository = config.hypervisor.automation.backup.repository;
      passwordFile = toString config.hypervisor.automation.backup.passwordFile;
      paths = [
        (toString config.hypervisor.management.stateDirectory)
        "${config.hypervisor.storage.mountPoint}/images"
      ];
      timerConfig = {
        OnCalendar = config.hypervisor.automation.backup.schedule;
        Persistent = true;
      };
      pruneOpts = [
        "--keep-daily ${toString config.hypervisor.automation.backup.keep.daily}"
        "--keep-weekly ${toString config.hypervisor.automation.backup.keep.weekly}"
      ];
    };
  };
}
