package io.pharos.model.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/// Files by pattern as Go's `filepath.Glob` finds them: `*`, `?` and `[…]` in any part of the path; sorted.
final class Globs {
    private Globs() {}

    /// Paths that exist and match; a pattern without wildcards gives itself if it exists. Fails with
    /// [IllegalArgumentException] on a pattern that can't be read.
    static List<Path> find(String pattern) {
        if (!hasWildcard(pattern)) {
            Path path = Path.of(pattern);
            return Files.exists(path) ? List.of(path) : List.of();
        }
        Path whole = Path.of(pattern);
        Path start = whole.isAbsolute() ? whole.getRoot() : Path.of("");
        List<Path> found = List.of(start == null ? Path.of("") : start);
        for (Path part : whole) {
            found = expand(found, part.toString());
        }
        return List.copyOf(new TreeSet<>(found));
    }

    private static List<Path> expand(List<Path> folders, String part) {
        var next = new ArrayList<Path>();
        PathMatcher matcher = hasWildcard(part) ? matcher(part) : null;
        for (Path folder : folders) {
            if (matcher == null) {
                Path path = folder.resolve(part);
                if (Files.exists(path)) {
                    next.add(path);
                }
                continue;
            }
            Path listed = folder.toString().isEmpty() ? Path.of(".") : folder;
            if (!Files.isDirectory(listed)) {
                continue;
            }
            try (var entries = Files.newDirectoryStream(listed)) {
                for (Path entry : entries) {
                    if (matcher.matches(entry.getFileName())) {
                        next.add(folder.resolve(entry.getFileName()));
                    }
                }
            } catch (IOException _) {
                // Go passes over folders it can't read.
            }
        }
        return next;
    }

    private static PathMatcher matcher(String part) {
        try {
            // Braces mean nothing to Go.
            return FileSystems.getDefault()
                    .getPathMatcher("glob:"
                            + part.replace("{", "\\{").replace("}", "\\}").replace("[^", "[!"));
        } catch (PatternSyntaxException _) {
            throw new IllegalArgumentException("syntax error in pattern");
        }
    }

    private static boolean hasWildcard(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }
}
