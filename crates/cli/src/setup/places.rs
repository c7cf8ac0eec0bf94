//! Where editors keep their configuration, and where the server's program is.

use anyhow::Context;
use etcetera::base_strategy::{BaseStrategy, choose_base_strategy};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const PROGRAM: &str = "hyper-nixos-ls";

#[derive(Debug, Clone)]
pub struct Places {
    pub home: PathBuf,
    /// `XDG_CONFIG_HOME`, or what the system has in its place.
    pub config: PathBuf,
    /// Neovim's own name for its folder, `NVIM_APPNAME`.
    pub nvim_name: OsString,
    /// The program on the `PATH`, as it is found there: what a link leads to may be gone tomorrow.
    pub on_path: Option<PathBuf>,
    /// The program that runs.
    pub running: PathBuf,
}

impl Places {
    /// # Errors
    /// If the home folder is not known.
    pub fn of_process() -> anyhow::Result<Places> {
        let strategy = choose_base_strategy().context("cannot tell where your home folder is")?;
        let is_named = |name: &OsString| !name.is_empty();
        Ok(Places {
            home: strategy.home_dir().to_owned(),
            config: strategy.config_dir(),
            nvim_name: std::env::var_os("NVIM_APPNAME").filter(is_named).unwrap_or("nvim".into()),
            on_path: crate::programs::find(PROGRAM),
            running: std::env::current_exe().context("cannot tell where this program is")?,
        })
    }

    pub fn is_on_path(&self) -> bool {
        self.on_path.is_some()
    }

    /// The program as editors should start it.
    pub fn program(&self) -> &Path {
        self.on_path.as_deref().unwrap_or(&self.running)
    }

    pub fn nvim(&self) -> PathBuf {
        let above = match cfg!(windows) {
            true => self.home.join("AppData/Local"),
            false => self.config.clone(),
        };
        above.join(&self.nvim_name)
    }

    pub fn helix(&self) -> PathBuf {
        self.config.join("helix/languages.toml")
    }

    /// The first init file that is there, in the order in which Emacs looks; else the usual one.
    pub fn emacs_init(&self) -> PathBuf {
        let usual = self.home.join(".emacs.d/init.el");
        let known = [
            self.home.join(".emacs.el"),
            self.home.join(".emacs"),
            usual.clone(),
            self.config.join("emacs/init.el"),
        ];
        known.into_iter().find(|file| file.symlink_metadata().is_ok()).unwrap_or(usual)
    }

    /// Of VS Code and its builds under other names that are there; of VS Code itself, if none is.
    pub fn vscode_settings(&self) -> Vec<PathBuf> {
        let above = match cfg!(target_os = "macos") {
            true => self.home.join("Library/Application Support"),
            false => self.config.clone(),
        };
        let user = |name: &str| above.join(name).join("User");
        let mut there: Vec<PathBuf> = ["Code", "Code - Insiders", "VSCodium"]
            .map(user)
            .into_iter()
            .filter(|it| it.is_dir())
            .collect();
        if there.is_empty() {
            there.push(user("Code"));
        }
        there.into_iter().map(|folder| folder.join("settings.json")).collect()
    }
}
