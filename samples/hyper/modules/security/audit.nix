# A record of who changed what.
{ config, lib, ... }:
{
  options.hypervisor.security.audit = {
    enable = lib.mkEnableOption "the kernel's audit log";

    watchedPaths = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [
        "/etc/passwd"
        "/etc/shadow"
      ];
      description = "Files and directories whose changes are recorded.";
    };

    recordCommands = lib.mkEnableOption "recording every command that root runs";
  };

  config = lib.mkIf config.hypervisor.security.audit.enable {
    security.auditd.enable = true;
    security.audit = {
      enable = true;
      rules =
        map (path: "-w ${path} -p wa -k watched") (
          config.hypervisor.security.audit.watchedPaths
          ++ [ config.hypervisor.management.stateDirectory ]
        )
        ++ lib.optional config.hypervisor.security.audit.recordCommands
          "-a exit,always -F arch=b64 -F euid=0 -S execve -k root-commands";
    };
  };
}
