package embedrl.models.media;

/** A canonical prefix code of a lossless WebP picture: symbols of up to 15 bits, short ones by a table. */
final class Vp8lCode {
    static final int LONGEST = 15;

    private static final int TABLE_BITS = 8;
    private static final int ORDER_OF_LENGTHS = 19;
    private static final int[] ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    private final int[] counts;       // symbols per length
    private final char[] symbols;     // by length, then by value
    private final char[] table;       // symbol · 16 + length; 0 where the code is longer than the table's bits
    private final int tableBits;

    private Vp8lCode(int[] counts, char[] symbols, char[] table, int tableBits) {
        this.counts = counts;
        this.symbols = symbols;
        this.table = table;
        this.tableBits = tableBits;
    }

    /** Reads a code over an alphabet. */
    static Vp8lCode read(Vp8lBits in, int alphabet) throws MalformedMedia {
        Vp8lCode code;
        if (in.flag()) {
            int count = 1 + in.number(1);
            int first = in.number(in.flag() ? 8 : 1);
            int second = count == 2 ? in.number(8) : first;
            if (Math.max(first, second) >= alphabet) {
                throw new MalformedMedia("WebP: a code for " + alphabet + " symbols has symbol " + Math.max(first, second));
            }
            code = first == second ? single(first) : of(new int[] {0, 2}, new char[] {(char) Math.min(first, second), (char) Math.max(first, second)});
        } else {
            code = of(lengths(in, alphabet));
        }
        in.check();
        return code;
    }

    // The lengths are coded themselves, by a code whose lengths stand first.
    private static byte[] lengths(Vp8lBits in, int alphabet) throws MalformedMedia {
        byte[] ofLengths = new byte[ORDER_OF_LENGTHS];
        int stated = 4 + in.number(4);
        for (int i = 0; i < stated; i++) {
            ofLengths[ORDER[i]] = (byte) in.number(3);
        }
        Vp8lCode code = of(ofLengths);
        int left = in.flag() ? 2 + in.number(2 + 2 * in.number(3)) : alphabet;
        if (left > alphabet) {
            throw new MalformedMedia("WebP: a code for " + alphabet + " symbols states " + left + " lengths");
        }
        byte[] lengths = new byte[alphabet];
        int previous = 8;
        for (int at = 0; at < alphabet && left > 0; left--) {
            int symbol = code.next(in);
            if (symbol < 16) {
                lengths[at++] = (byte) symbol;
                previous = symbol == 0 ? previous : symbol;
                continue;
            }
            int repeat = symbol == 16 ? 3 + in.number(2) : symbol == 17 ? 3 + in.number(3) : 11 + in.number(7);
            if (repeat > alphabet - at) {
                throw new MalformedMedia("WebP: the lengths of a code for " + alphabet + " symbols go beyond them");
            }
            for (int end = at + repeat; at < end; at++) {
                lengths[at] = (byte) (symbol == 16 ? previous : 0);
            }
        }
        return lengths;
    }

    /** The code whose symbols have the lengths, 0 for those that do not occur. */
    static Vp8lCode of(byte[] lengths) throws MalformedMedia {
        int[] counts = new int[LONGEST + 1];
        for (byte length : lengths) {
            counts[length]++;
        }
        int used = lengths.length - counts[0];
        counts[0] = 0;
        int[] next = new int[LONGEST + 2];
        for (int length = 1; length <= LONGEST; length++) {
            next[length + 1] = next[length] + counts[length];
        }
        char[] symbols = new char[used];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = (char) symbol;
            }
        }
        return used == 1 ? single(symbols[0]) : of(counts, symbols);
    }

    // A symbol that is alone takes no bits.
    private static Vp8lCode single(int symbol) {
        return new Vp8lCode(null, new char[] {(char) symbol}, null, 0);
    }

    private static Vp8lCode of(int[] counts, char[] symbols) throws MalformedMedia {
        int longest = 0;
        int open = 1;
        for (int length = 1; length < counts.length; length++) {
            open = 2 * open - counts[length];
            longest = counts[length] > 0 ? length : longest;
            if (open < 0) {
                break;
            }
        }
        if (open != 0) {
            throw new MalformedMedia("WebP: a prefix code is " + (open < 0 ? "over-full" : "incomplete"));
        }
        int tableBits = Math.min(longest, TABLE_BITS);
        char[] table = new char[1 << tableBits];
        int code = 0;
        int at = 0;
        for (int length = 1; length <= tableBits; length++) {
            for (int i = 0; i < counts[length]; i++, code++, at++) {
                // Bits come from the lowest, codes begin with the highest.
                int first = Integer.reverse(code) >>> 32 - length;
                for (int place = first; place < table.length; place += 1 << length) {
                    table[place] = (char) (symbols[at] << 4 | length);
                }
            }
            code <<= 1;
        }
        return new Vp8lCode(counts, symbols, table, tableBits);
    }

    /** Reads a symbol. */
    int next(Vp8lBits in) {
        if (table == null) {
            return symbols[0];
        }
        int entry = table[in.peek(tableBits)];
        if (entry != 0) {
            in.skip(entry & 15);
            return entry >> 4;
        }
        return longer(in);
    }

    private int longer(Vp8lBits in) {
        int bits = in.peek(LONGEST);
        int code = 0;
        int first = 0;
        int at = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code = 2 * code + (bits >> length - 1 & 1);
            first *= 2;
            if (code - first < counts[length]) {
                in.skip(length);
                return symbols[at + code - first];
            }
            at += counts[length];
            first += counts[length];
        }
        throw new IllegalStateException("WebP: a complete code decodes all bits");
    }
}
