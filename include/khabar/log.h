#pragma once
// The log of the programs: one line an event, text or JSON, to standard error. The library never logs.

#include "khabar/error.h"

typedef enum kb_log_level { KB_LOG_ERROR, KB_LOG_WARN, KB_LOG_INFO, KB_LOG_DEBUG } kb_log_level;
typedef enum kb_log_format { KB_LOG_TEXT, KB_LOG_JSON } kb_log_format;

void kb_log_setup(kb_log_level level, kb_log_format format);
kb_log_level kb_log_threshold(void);
// `event` is a short stable name ("batch-written"); the format gives "key=value" pairs separated by spaces, values
// quoted as JSON strings where they hold spaces. Thread safe; a line is written by one write(2). `text` with quotes,
// backslashes and control characters escaped as in JSON, for a quoted value; in `buffer`, cut where it does not fit.
const char *kb_log_escape(char *buffer, size_t size, const char *text);
#define KB_ESC(text) kb_log_escape((char[480]){0}, 480, (text))
void kb_log(kb_log_level level, const char *event, const char *format, ...) KB_PRINTF(3, 4);
