package io.pharos.query.function;

/// A date in UTC as Go's `time` computes it, whatever the number of seconds: years beyond any calendar wrap
/// around as they do there, so that `year(NaN)` is the same odd number.
record GoDate(long year, int month, int day, int dayOfYear, int dayOfWeek, int hour, int minute) {
    private static final long DAY = 86_400;
    /// Go counts days from March 1st of the year −292277022400.
    private static final long YEARS_BEFORE = 292_277_022_400L;

    private static final long UNIX_TO_ABSOLUTE =
            (YEARS_BEFORE / 400 * 146_097 + 306 + 1969 * 365 + 1969 / 4 - 1969 / 100 + 1969 / 400) * DAY;

    static GoDate of(double unixSeconds) {
        // A Go conversion gives the least int64 for all that no int64 holds.
        boolean fits = unixSeconds >= -0x1p63 && unixSeconds < 0x1p63;
        long absolute = (fits ? (long) unixSeconds : Long.MIN_VALUE) + UNIX_TO_ABSOLUTE;
        long days = Long.divideUnsigned(absolute, DAY);
        int second = (int) Long.remainderUnsigned(absolute, DAY);
        long era = days / 146_097;
        int inEra = (int) (days % 146_097);
        int yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365;
        int fromMarch = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shifted = (5 * fromMarch + 2) / 153;
        int day = fromMarch - (153 * shifted + 2) / 5 + 1;
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        long year = yearOfEra + era * 400 - YEARS_BEFORE + (month <= 2 ? 1 : 0);
        int dayOfYear = month <= 2 ? fromMarch - 305 : fromMarch + 60 + (isLeap(year) ? 1 : 0);
        return new GoDate(year, month, day, dayOfYear, (int) ((days + 3) % 7), second / 3600, second / 60 % 60);
    }

    int daysInMonth() {
        return switch (month) {
            case 2 -> isLeap(year) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static boolean isLeap(long year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }
}
