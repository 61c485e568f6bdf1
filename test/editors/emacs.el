;;; emacs.el --- Run by emacs.test.ts: the story of docs/debugging.md with dap-mode  -*- lexical-binding: t; -*-

;; Arguments: apex.el, the program `apex', a copy of examples/shop, the file for the report.

(setq backtrace-on-error-noninteractive nil)
(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
(require 'dap-mode)
(require 'json)

(defvar test-stops 0 "How many times dap-mode has shown a moment.")
(defvar test-told nil "What dap-mode told the user, the last first.")
(defvar test-choices nil "What the user was asked to choose from.")

(defun test-wait (what holds)
  "Let processes and timers run until the function HOLDS is true; ends with an error that names WHAT after minutes."
  (let ((deadline (time-add nil 240)))
    (while (not (funcall holds))
      (when (time-less-p deadline nil)
        (error "Waited for %s. dap-mode told: %S" what test-told))
      (accept-process-output nil 0.1))))

(defun test-move (what command)
  "Run COMMAND, which moves in time, until dap-mode shows where it led; WHAT names it."
  (let ((before test-stops))
    (funcall command)
    (test-wait what (lambda () (> test-stops before)))))

(defun test-place (frame)
  "FRAME as its function, file and line."
  (format "%s %s:%s" (gethash "name" frame)
          (file-name-nondirectory (or (dap--get-path-for-frame frame) "")) (gethash "line" frame)))

(defun test-stack ()
  "The frames that dap-mode holds, the innermost first."
  (let ((session (dap--cur-session)))
    (mapcar #'test-place (gethash (dap--debug-session-thread-id session)
                                  (dap--debug-session-thread-stack-frames session)))))

(defun test-cursor ()
  "File and line that dap-mode shows."
  (format "%s:%s" (file-name-nondirectory (buffer-file-name (window-buffer)))
          (with-current-buffer (window-buffer) (line-number-at-pos))))

(defun test-go-to (file line text)
  "Put the cursor into TEXT in LINE of FILE."
  (find-file file)
  (goto-char (point-min))
  (forward-line (1- line))
  (search-forward text (line-end-position)))

(defun test-choose-last (text)
  "Answer the next question with the last choice that begins with TEXT."
  (setq completing-read-function
        (lambda (_prompt choices &rest _)
          (setq test-choices (mapcar #'car choices))
          (car (last (seq-filter (lambda (choice) (string-prefix-p text choice)) test-choices))))))

(add-hook 'dap-stack-frame-changed-hook
          (lambda (session) (when (dap--debug-session-active-frame session) (setq test-stops (1+ test-stops)))))
(advice-add 'lsp--error :before (lambda (&rest told) (push (apply #'format told) test-told)))

(pcase-let* ((`(,apex ,program ,shop ,out) command-line-args-left)
             (cart (expand-file-name "src/cart.ts" shop))
             (report nil)
             (note (lambda (key value) (push (cons key value) report))))
  (setq command-line-args-left nil)
  (setq user-emacs-directory (file-name-as-directory (expand-file-name ".emacs.d" shop)))
  (setq lsp-session-file (expand-file-name "lsp-session" shop))
  (setq dap-breakpoints-file (expand-file-name "breakpoints" shop))
  (load apex)
  (setq apex-program program)
  (find-file (expand-file-name "day.ts" shop))
  (test-move "the error" (lambda () (dap-debug (cdr (assoc "Record this program" dap-debug-template-configurations)))))
  (test-wait "the message of the error" (lambda () test-told))
  (funcall note 'told (car test-told))
  (funcall note 'errorStack (vconcat (test-stack)))

  (test-move "a step back" (lambda () (call-interactively #'apex-step-back)))
  (funcall note 'back (car (test-stack)))

  (test-go-to cart 39 "price")
  (call-interactively #'dap-breakpoint-add)
  (test-move "the breakpoint, backwards" (lambda () (call-interactively #'apex-reverse-continue)))
  (funcall note 'breakpoint (car (test-stack)))

  (test-go-to cart 39 "price")
  (test-choose-last "2400 ")
  (test-move "the chosen time" (lambda () (call-interactively #'apex-times-this-line-ran)))
  (funcall note 'times (vconcat (mapcar (lambda (choice) (car (split-string choice))) test-choices)))
  (funcall note 'wrongPrice (vconcat (test-stack)))

  (test-go-to cart 39 "price")
  (test-move "who wrote it" (lambda () (call-interactively #'apex-who-wrote-this)))
  (funcall note 'writer (car (test-stack)))
  (funcall note 'cursor (test-cursor))
  (let ((frame (dap--debug-session-active-frame (dap--cur-session))))
    (funcall note 'customer
             (gethash "result" (dap-request (dap--cur-session) "evaluate" :expression "cart.customer"
                                            :frameId (gethash "id" frame) :context "hover"))))

  (call-interactively #'dap-disconnect)
  (test-wait "the end of the session" (lambda () (not (dap--session-running (dap--cur-session)))))
  (with-temp-file out (insert (json-encode report))))
;;; emacs.el ends here
