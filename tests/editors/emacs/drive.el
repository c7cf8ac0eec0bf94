;;; drive.el --- What a user of Emacs sees  -*- lexical-binding: t; -*-

;; Started by `run'.  Environment: EDITOR_SETTINGS (the folder with hyper-nixos-ls.el), WORKSPACE.

(require 'eglot)
(require 'cl-lib)

(defvar patience 60 "Seconds that any single answer may take.")
(defvar passed 0)
(defvar workspace (file-name-as-directory (file-truename (getenv "WORKSPACE"))))

(defun say (form &rest arguments)
  (princ (concat (apply #'format form arguments) "\n")))

(defun fail (what &optional seen)
  (say "FAILED %s%s" what (if seen (format "; instead: %S" seen) ""))
  (dolist (buffer (buffer-list))
    (when (string-match-p "EGLOT" (buffer-name buffer))
      (say "%s:\n%s" (buffer-name buffer) (with-current-buffer buffer (buffer-string)))))
  (say "%d passed, 1 failed" passed)
  (kill-emacs 1))

(defun check (what ok &optional seen)
  (unless ok (fail what seen))
  (setq passed (1+ passed))
  (say "ok     %s" what))

(defun wait-for (what predicate)
  "Wait until PREDICATE returns what is not nil, and return that."
  (let ((end (+ (float-time) patience)) value)
    (while (not (or (setq value (funcall predicate)) (> (float-time) end)))
      ;; Eglot tells of changes when Emacs is idle, which it never is without a display.
      (when (eglot-managed-p) (eglot--signal-textDocument/didChange))
      (accept-process-output nil 0.02)
      (sit-for 0.01))
    (check what value)
    value))

(defun read-file (file)
  (with-temp-buffer
    (let ((coding-system-for-read 'no-conversion))
      (insert-file-contents-literally (expand-file-name file workspace)))
    (buffer-string)))

(defun replaced (text old new)
  (let ((at (string-search old text)))
    (check (format "the sample has %S" (string-trim old)) at)
    (concat (substring text 0 at) new (substring text (+ at (length old))))))

(defun go-to (text)
  "Put point on the last character of the first TEXT."
  (goto-char (point-min))
  (unless (search-forward text nil t) (fail (format "no %S in the buffer" text)))
  (backward-char))

(defun finding (text)
  (cl-find-if (lambda (it) (string-search text (flymake-diagnostic-text it))) (flymake-diagnostics)))

(defun open (file)
  "Visit FILE as a user does, and wait for the server."
  (find-file (expand-file-name file workspace))
  ;; Without a display there is no idle time in which the hook's work would be done.
  (run-hooks 'post-command-hook)
  (wait-for (format "the server is attached to %s" (file-name-nondirectory file))
            #'eglot-managed-p))

(setq inhibit-message t
      make-backup-files nil
      auto-save-default nil
      create-lockfiles nil
      eglot-sync-connect patience
      eglot-send-changes-idle-time 0.05
      eglot-confirm-server-edits nil
      eglot-ignored-server-capabilities nil)

;; The file that users load.
(load (expand-file-name "hyper-nixos-ls.el" (getenv "EDITOR_SETTINGS")) nil t)

;; Findings.
(defvar exporter "modules/monitoring/exporter.nix")
(defvar exporter-before (read-file exporter))
(open exporter)
(check "the project is the folder with hyper-nixos-ls.toml"
       (file-equal-p (project-root (project-current)) workspace) (project-current))
(check "the language is told as nix"
       (equal (eglot--languageId (eglot-current-server)) "nix") (eglot--languageId))
(let ((found (wait-for "the unguarded config is shown" (lambda () (finding "is not guarded")))))
  (goto-char (flymake-diagnostic-beg found))
  (check "on its line" (equal (string-trim (thing-at-point 'line t)) "config = {")
         (thing-at-point 'line t)))

;; What ElDoc shows of an option.
(go-to "port = config.hypervisor.monitoring.exporter.port")
(let (shown)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown (substring-no-properties text))))
  (wait-for "hovering tells of the option" (lambda () shown))
  (check "its type" (string-search "16 bit unsigned integer" shown) shown)
  (check "and its description" (string-search "TCP port the exporter listens on." shown) shown))

;; To the declaration.
(xref-find-definitions (xref-backend-identifier-at-point 'eglot))
(check "the definition is gone to"
       (string-prefix-p "port = lib.mkOption" (string-trim (thing-at-point 'line t)))
       (thing-at-point 'line t))

;; The guard that the module lacks.
(goto-char (flymake-diagnostic-beg (finding "is not guarded")))
(let* ((actions (eglot-code-actions (point) nil "quickfix"))
       (wrap (cl-find-if (lambda (it) (string-search "lib.mkIf" (plist-get it :title))) actions)))
  (check "the code action is offered" wrap actions)
  (eglot-execute (eglot-current-server) wrap))
(wait-for "it is applied" #'buffer-modified-p)
(wait-for "the finding is gone" (lambda () (not (finding "is not guarded"))))
(save-buffer)
(check "the saved file has the guard, and every comment"
       (equal (read-file exporter)
              (replaced exporter-before "  config = {"
                        "  config = lib.mkIf config.hypervisor.monitoring.exporter.enable {"))
       (read-file exporter))

;; Completion at point, in a line that does not parse yet.
(defvar dashboard "modules/web/dashboard.nix")
(defvar dashboard-before (read-file dashboard))
(open dashboard)
(go-to "RestartSec = 5;")
(end-of-line)
(insert "\n        Nice = config.hypervisor.web.")
(let* ((found (eglot-completion-at-point))
       (labels (mapcar #'substring-no-properties (all-completions "" (nth 2 found)))))
  (check "completion offers the options"
         (cl-subsetp '("enable" "listenAddress" "port" "proxy" "workers") labels :test #'equal) labels)
  (check "and nothing of another topic" (not (member "recipient" labels)) labels))
(insert "wor")
(completion-at-point)
(check "what is begun is completed"
       (equal (string-trim (thing-at-point 'line t)) "Nice = config.hypervisor.web.workers")
       (thing-at-point 'line t))
(insert ";")
(save-buffer)
(check "the completed line is saved"
       (equal (read-file dashboard)
              (replaced dashboard-before "RestartSec = 5;\n"
                        "RestartSec = 5;\n        Nice = config.hypervisor.web.workers;\n"))
       (read-file dashboard))

;; Renaming an option in all modules.
(open "modules/core/options.nix")
(go-to "stateDirectory")
(eglot-rename "dataDirectory")
(check "the declaration is renamed" (save-excursion
                                      (goto-char (point-min))
                                      (search-forward "dataDirectory = lib.mkOption" nil t)))
(save-some-buffers t)
(check "so is the use in another module, on disk"
       (string-search "config.hypervisor.management.dataDirectory}/dashboard" (read-file dashboard)))
(dolist (file (directory-files-recursively workspace "\\.nix\\'"))
  (when (string-search "management.stateDirectory" (read-file file))
    (fail "nothing says the old name" file)))
(check "nothing says the old name" t)

;; The end.
(let ((server (eglot-current-server)))
  (eglot-shutdown server nil patience)
  (check "the server stops when it is asked to" (not (jsonrpc-running-p server))))
(say "%d passed, 0 failed" passed)
(kill-emacs 0)
