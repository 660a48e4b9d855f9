package io.pharos.model.chunk;

/// The window of significant bits that XOR-coded values share from one to the next.
final class XorWindow {
    private static final int NONE = 0xff;

    private int leading = NONE;
    private int trailing;

    void write(BitWriter out, long xor) {
        if (xor == 0) {
            out.bits(0, 1);
            return;
        }
        int lead = Math.min(31, Long.numberOfLeadingZeros(xor));
        int trail = Long.numberOfTrailingZeros(xor);
        if (leading != NONE && lead >= leading && trail >= trailing) {
            out.bits(0b10, 2);
            out.bits(xor >>> trailing, 64 - leading - trailing);
            return;
        }
        leading = lead;
        trailing = trail;
        int significant = 64 - lead - trail;
        out.bits(0b11, 2);
        out.bits(lead, 5);
        out.bits(significant & 63, 6);
        out.bits(xor >>> trail, significant);
    }

    /// Reads the next difference.
    long read(BitReader in) {
        if (!in.bit()) {
            return 0;
        }
        if (in.bit()) {
            leading = (int) in.bits(5);
            int significant = (int) in.bits(6);
            if (significant == 0) {
                significant = 64;
            }
            trailing = 64 - leading - significant;
        }
        if (leading == NONE || trailing < 0) {
            throw new CorruptChunkException("XOR value without a window, or with one of more than 64 bits");
        }
        return in.bits(64 - leading - trailing) << trailing;
    }
}
