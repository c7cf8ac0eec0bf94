;;; hyper-nixos-ls.el --- Options of NixOS modules for Eglot  -*- lexical-binding: t; -*-

;; For Emacs 29 or newer, which brings Eglot.  Put this into your init file, or load it from there.

;; What `nix-mode' or `nix-ts-mode' would do better; for those who have neither.
(unless (or (fboundp 'nix-mode) (fboundp 'nix-ts-mode))
  (define-derived-mode nix-mode prog-mode "Nix"
    "Nix, as far as comments and strings."
    (setq-local comment-start "# "
                comment-end ""
                comment-start-skip "#+[ \t]*"
                indent-tabs-mode nil)
    (modify-syntax-entry ?# "<" nix-mode-syntax-table)
    (modify-syntax-entry ?\n ">" nix-mode-syntax-table)
    (modify-syntax-entry ?/ ". 14" nix-mode-syntax-table)
    (modify-syntax-entry ?* ". 23b" nix-mode-syntax-table)
    (modify-syntax-entry ?- "_" nix-mode-syntax-table)
    (modify-syntax-entry ?' "_" nix-mode-syntax-table))
  (add-to-list 'auto-mode-alist '("\\.nix\\'" . nix-mode)))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((nix-mode nix-ts-mode) . ("hyper-nixos-ls" "serve"))))

(dolist (hook '(nix-mode-hook nix-ts-mode-hook))
  (add-hook hook #'eglot-ensure))

;; The folder with hyper-nixos-ls.toml is a project, inside a larger repository too.
(defun hyper-nixos-ls-project (folder)
  "The tree of modules that FOLDER lies in, for `project-find-functions'."
  (let ((root (locate-dominating-file folder "hyper-nixos-ls.toml")))
    (when root
      (cons 'transient (expand-file-name root)))))
(add-hook 'project-find-functions #'hyper-nixos-ls-project)

;; Settings have the keys of hyper-nixos-ls.toml, and win over that file:
;;
;; (setq-default eglot-workspace-configuration
;;               '(:hyper-nixos-ls (:rules (:hardcoded-value "off"))))

(provide 'hyper-nixos-ls)
;;; hyper-nixos-ls.el ends here
