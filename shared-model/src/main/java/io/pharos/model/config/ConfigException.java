package io.pharos.model.config;

/// A configuration file that can't be used: `file:line:column: what`.
public final class ConfigException extends RuntimeException {
    private final String file;
    private final int line;
    private final int column;

    /// @param line from 1; 0 where the whole file is meant
    ConfigException(String file, int line, int column, String what) {
        super((line > 0 ? file + ":" + line + ":" + column + ": " : file.isEmpty() ? "" : file + ": ") + what);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
