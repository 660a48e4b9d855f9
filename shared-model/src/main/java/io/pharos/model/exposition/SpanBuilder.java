package io.pharos.model.exposition;

import io.pharos.model.histogram.BucketSpan;
import java.util.ArrayList;
import java.util.List;

/// Makes spans of the indices of filled buckets, given in ascending order.
final class SpanBuilder {
    private final List<BucketSpan> spans = new ArrayList<>();
    private int first;
    private int length;
    private int endOfPrevious;

    void bucket(int index) {
        if (length > 0 && index == first + length) {
            length++;
            return;
        }
        close();
        first = index;
        length = 1;
    }

    private void close() {
        if (length > 0) {
            spans.add(new BucketSpan(first - endOfPrevious, length));
            endOfPrevious = first + length;
        }
    }

    BucketSpan[] build() {
        close();
        length = 0;
        return spans.toArray(BucketSpan[]::new);
    }
}
