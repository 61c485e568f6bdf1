;;; apex.el --- Apex's time-travel debugger for dap-mode  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "27.1") (dap-mode "0.7"))

;;; Commentary:

;; In the init file:
;;
;;   (load "/path/to/apex/editors/emacs/apex.el")
;;
;; Then, in a JavaScript or TypeScript file, M-x dap-debug and "Record this program". The program is recorded, and
;; the session is in its past: dap-mode's own commands go forwards, those below go backwards and ask.

;;; Code:

(require 'dap-mode)

(defgroup apex nil
  "Apex's time-travel debugger."
  :group 'tools)

(defcustom apex-program
  (expand-file-name "../../bin/apex" (file-name-directory (or load-file-name buffer-file-name)))
  "The program `apex'."
  :type 'string)

(defun apex--populate (conf)
  "Fill in what the launch configuration CONF leaves open.
That is the program of this buffer, in its folder."
  (unless (plist-get conf :recording)
    (dap--put-if-absent conf :program (or buffer-file-name (read-file-name "Record: " nil nil t)))
    (plist-put conf :program (expand-file-name (plist-get conf :program)))
    (dap--put-if-absent conf :cwd (directory-file-name (file-name-directory (plist-get conf :program)))))
  (dap--put-if-absent conf :dap-server-path (list apex-program "dap"))
  conf)

(dap-register-debug-provider "apex-time-travel" #'apex--populate)
(dap-register-debug-template "Record this program" (list :type "apex-time-travel" :request "launch"))

;; dap-mode tells of every event that nobody handles.
(cl-defmethod dap-handle-event ((_event (eql apex/programEnded)) _session _params)
  (message "Apex: the program has ended, and you are in its past"))

(defun apex--send (command arguments then)
  "Send the request COMMAND with the plist ARGUMENTS.
THEN is called with the body of the answer; an error is shown."
  (dap--send-message (dap--make-request command arguments)
                     (-lambda ((&hash "success" "message" "body"))
                       (if success
                           (funcall then body)
                         ;; `message' is the name of the error, for programs.
                         (let ((said (when body (gethash "error" body))))
                           (message "Apex: %s" (or (when said (gethash "format" said)) message)))))
                     (dap--cur-active-session-or-die)))

(defun apex--expression ()
  "The selected text, or the variable or property that the cursor is in.
Asks where there is none, and with a prefix argument."
  (let ((found (if (use-region-p)
                   (buffer-substring-no-properties (region-beginning) (region-end))
                 (save-excursion
                   (skip-chars-forward "[:alnum:]_$")
                   (let ((end (point)))
                     (skip-chars-backward "[:alnum:]_$.")
                     (buffer-substring-no-properties (point) end))))))
    (if (or current-prefix-arg (string-empty-p found)) (read-string "Variable or property: " found) found)))

(defun apex--about-frame (expression)
  "Arguments of a question about EXPRESSION in the selected stack frame."
  (let ((frame (dap--debug-session-active-frame (dap--cur-active-session-or-die))))
    (append (list :expression expression) (when frame (list :frameId (gethash "id" frame))))))

(defun apex-step-back ()
  "Go to the statement before, in this call or its caller."
  (interactive)
  (dap--step "stepBack" (dap--cur-active-session-or-die)))

(defun apex-reverse-continue ()
  "Go to the stop before: a breakpoint, an exception, the start."
  (interactive)
  (dap--step "reverseContinue" (dap--cur-active-session-or-die)))

(defun apex-who-wrote-this (expression)
  "Go to the statement that wrote EXPRESSION last."
  (interactive (list (apex--expression)))
  (apex--send "apex/lastWrite" (apex--about-frame expression) #'ignore))

(defun apex-who-writes-this-next (expression)
  "Go to the statement that writes EXPRESSION next."
  (interactive (list (apex--expression)))
  (apex--send "apex/nextWrite" (apex--about-frame expression) #'ignore))

(defun apex--travel-to-one (moments)
  "Let the user choose one of MOMENTS, pairs of a text and a point, and go there."
  (if (null moments)
      (message "Apex: this line never ran")
    (let ((chosen (completing-read "Go to: " moments nil t)))
      (apex--send "apex/goToPoint" (list :point (cdr (assoc chosen moments))) #'ignore))))

(defun apex-times-this-line-ran (expression)
  "List the times that this line ran, and go to the chosen one.
Each has the value that EXPRESSION had."
  (interactive (list (apex--expression)))
  (apex--send "apex/visits"
              (list :path buffer-file-name :line (line-number-at-pos nil t) :expressions (vector expression))
              (lambda (body)
                (let ((moments (mapcar (lambda (visit)
                                         (cons (format "%s  %s" (car (gethash "values" visit)) (gethash "label" visit))
                                               (gethash "point" visit)))
                                       (gethash "visits" body))))
                  ;; Who is asked answers later: not inside the filter of the process that reads the answers.
                  (run-at-time 0 nil #'apex--travel-to-one moments)))))

(provide 'apex)
;;; apex.el ends here
