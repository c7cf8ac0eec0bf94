# Remote access for the operator.
{ config, lib, ... }:
{
  options.hypervisor.security.ssh = {
    enable = lib.mkEnableOption "remote access over SSH";

    ports = lib.mkOption {
      type = lib.types.nonEmptyListOf lib.types.port;
      default = [ 22 ];
      description = "TCP ports the SSH server listens on.";
    };

    authorizedKeys = lib.mkOption {
      type = lib.types.listOf lib.types.singleLineStr;
      default = [ ];
      description = "Public keys that may log in as the operator.";
    };

    maxAuthTries = lib.mkOption {
      type = lib.types.ints.between 1 10;
      default = 3;
      description = "Failed attempts after which a connection is closed.";
    };
  };

  config = lib.mkIf config.hypervisor.security.ssh.enable {
    services.openssh = {
      enable = true;
      ports = config.hypervisor.security.ssh.ports;
      settings = {
        AllowUsers = [ config.hypervisor.management.userName ];
        KbdInteractiveAuthentication = false;
        MaxAuthTries = config.hypervisor.security.ssh.maxAuthTries;
        PasswordAuthentication = false;
        PermitRootLogin = "no";
      };
    };

    users.users.${config.hypervisor.management.userName}.openssh.authorizedKeys.keys =
      config.hypervisor.security.ssh.authorizedKeys;
  };
}
