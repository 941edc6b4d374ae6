package embedrl.models.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The video track of an MP4 file: where each sample lies, when it is shown, and how it is coded.
 *
 * @param codec      the sample entry's four characters, such as avc1
 * @param avcC       the decoder configuration of H.264; null where the file has none
 * @param width      the coded width that the sample entry states
 * @param height     the coded height
 * @param turns      clockwise quarter turns to show the frames upright
 * @param timescale  ticks per second
 * @param offsets    where each sample begins, in decoding order
 * @param sizes      bytes of each sample
 * @param times      when each sample is shown, in ticks
 * @param duration   ticks from the first frame's beginning to the last one's end
 * @param keys       which samples can be decoded without others, rising; null where all can
 */
record Mp4Track(String codec, byte[] avcC, int width, int height, int turns, long timescale, long[] offsets, int[] sizes, long[] times, long duration, int[] keys) {

    /** Finds the first video track. */
    static Mp4Track read(byte[] bytes, MediaLimits limits) throws MalformedMedia {
        var moov = box(new ByteCursor(bytes, 0, bytes.length, false), bytes, "moov");
        if (moov == null) {
            throw new MalformedMedia("MP4: has no index (box moov); the file is truncated");
        }
        var cursor = moov;
        for (ByteCursor trak = box(cursor, bytes, "trak"); trak != null; trak = box(cursor, bytes, "trak")) {
            ByteCursor mdia = inside(trak, bytes, "mdia");
            ByteCursor handler = mdia == null ? null : inside(mdia, bytes, "hdlr");
            if (handler != null) {
                handler.skip(8);
                if (handler.name().equals("vide")) {
                    return track(trak, mdia, bytes, limits);
                }
            }
        }
        throw new MalformedMedia("MP4: has no video track");
    }

    private static Mp4Track track(ByteCursor trak, ByteCursor mdia, byte[] bytes, MediaLimits limits) throws MalformedMedia {
        ByteCursor mdhd = need(mdia, bytes, "mdhd");
        boolean wide = mdhd.u8() == 1;
        mdhd.skip(wide ? 19 : 11);
        long timescale = mdhd.u32();
        if (timescale == 0) {
            throw new MalformedMedia("MP4: the time scale is 0");
        }
        ByteCursor table = need(need(mdia, bytes, "minf"), bytes, "stbl");
        int[] sizes = sizes(need(table, bytes, "stsz"), limits);
        if (sizes.length == 0) {
            throw new MalformedMedia("MP4: has no frames; fragmented files cannot be read");
        }
        long[] times = new long[sizes.length];
        long decoded = times(need(table, bytes, "stts"), times);
        ByteCursor shifts = inside(table, bytes, "ctts");
        if (shifts != null) {
            shift(shifts, times);
        }
        long first = Arrays.stream(times).min().orElseThrow();
        for (int i = 0; i < times.length; i++) {
            times[i] -= first;
        }
        ByteCursor chunks = inside(table, bytes, "stco");
        long[] offsets = offsets(need(table, bytes, "stsc"), chunks != null ? chunks : need(table, bytes, "co64"), chunks == null, sizes, bytes.length);
        ByteCursor sync = inside(table, bytes, "stss");
        ByteCursor entries = need(table, bytes, "stsd");
        entries.skip(8);
        int start = entries.position();
        long length = entries.u32();
        String codec = entries.name();
        if (length < 86) {
            throw new MalformedMedia("MP4: the description of the video is too short");
        }
        entries.skip(24);
        int width = entries.u16();
        int height = entries.u16();
        entries.seek(start + 86L);
        var inner = new ByteCursor(bytes, start + 86, (int) Math.min(entries.end(), start + length), false);
        ByteCursor avcC = inside(inner, bytes, "avcC");
        byte[] configuration = avcC == null ? null : Arrays.copyOfRange(bytes, avcC.position(), avcC.end());
        return new Mp4Track(codec, configuration, width, height, turns(need(trak, bytes, "tkhd")), timescale, offsets, sizes, times, Math.max(1, decoded),
                sync == null ? null : keys(sync, sizes.length));
    }

    private static int turns(ByteCursor tkhd) throws MalformedMedia {
        boolean wide = tkhd.u8() == 1;
        tkhd.skip((wide ? 35 : 23) + 16);
        long a = tkhd.u32();
        long b = tkhd.u32();
        // 16.16 fixed point: a = cos, b = sin of the turn.
        if (a == 0) {
            return b == 0x10000 ? 1 : b == 0xffff0000L ? 3 : 0;
        }
        return a == 0xffff0000L && b == 0 ? 2 : 0;
    }

    private static int[] sizes(ByteCursor box, MediaLimits limits) throws MalformedMedia {
        box.skip(4);
        long common = box.u32();
        long count = box.u32();
        if (count > limits.maxFrames()) {
            throw new MalformedMedia("MP4: a video may have at most " + limits.maxFrames() + " frames, this one has " + count);
        }
        if (common == 0 && 4 * count > box.left()) {
            throw new MalformedMedia("MP4: the table of frame sizes is truncated");
        }
        var sizes = new int[(int) count];
        for (int i = 0; i < sizes.length; i++) {
            long size = common != 0 ? common : box.u32();
            if (size > Integer.MAX_VALUE) {
                throw new MalformedMedia("MP4: a frame of " + size + " bytes");
            }
            sizes[i] = (int) size;
        }
        return sizes;
    }

    private static long times(ByteCursor box, long[] times) throws MalformedMedia {
        box.skip(4);
        long time = 0;
        int at = 0;
        for (long entries = box.u32(); entries > 0 && at < times.length; entries--) {
            long count = box.u32();
            long delta = box.u32();
            for (; count > 0 && at < times.length; count--) {
                times[at++] = time;
                time += delta;
            }
        }
        if (at < times.length) {
            throw new MalformedMedia("MP4: only " + at + " of " + times.length + " frames have a time");
        }
        return time;
    }

    private static void shift(ByteCursor box, long[] times) throws MalformedMedia {
        box.skip(4);
        int at = 0;
        for (long entries = box.u32(); entries > 0 && at < times.length; entries--) {
            long count = box.u32();
            int shift = (int) box.u32();
            for (; count > 0 && at < times.length; count--) {
                times[at++] += shift;
            }
        }
    }

    private static long[] offsets(ByteCursor perChunk, ByteCursor chunks, boolean wide, int[] sizes, int fileLength) throws MalformedMedia {
        perChunk.skip(4);
        var firsts = new ArrayList<long[]>();
        for (long entries = perChunk.u32(); entries > 0; entries--) {
            firsts.add(new long[] {perChunk.u32(), perChunk.u32()});
            perChunk.skip(4);
        }
        chunks.skip(4);
        long count = chunks.u32();
        var offsets = new long[sizes.length];
        int at = 0;
        int entry = -1;
        for (long chunk = 1; chunk <= count && at < offsets.length; chunk++) {
            while (entry + 1 < firsts.size() && firsts.get(entry + 1)[0] <= chunk) {
                entry++;
            }
            long offset = wide ? chunks.u64() : chunks.u32();
            long samples = entry < 0 ? 0 : firsts.get(entry)[1];
            for (; samples > 0 && at < offsets.length; samples--) {
                if (offset > fileLength || offset + sizes[at] > fileLength) {
                    throw new MalformedMedia("MP4: frame " + at + " lies beyond the end of the file");
                }
                offsets[at] = offset;
                offset += sizes[at++];
            }
        }
        if (at < offsets.length) {
            throw new MalformedMedia("MP4: only " + at + " of " + offsets.length + " frames have a place");
        }
        return offsets;
    }

    private static int[] keys(ByteCursor box, int samples) throws MalformedMedia {
        box.skip(4);
        List<Integer> keys = new ArrayList<>();
        int last = -1;
        for (long entries = box.u32(); entries > 0; entries--) {
            long sample = box.u32() - 1;
            if (sample <= last || sample >= samples) {
                throw new MalformedMedia("MP4: the table of key frames is damaged");
            }
            last = (int) sample;
            keys.add(last);
        }
        return keys.stream().mapToInt(Integer::intValue).toArray();
    }

    private static ByteCursor need(ByteCursor parent, byte[] bytes, String name) throws MalformedMedia {
        ByteCursor found = inside(parent, bytes, name);
        if (found == null) {
            throw new MalformedMedia("MP4: box " + name + " is missing");
        }
        return found;
    }

    /** The first box of that name inside another, which is searched from its beginning. */
    private static ByteCursor inside(ByteCursor parent, byte[] bytes, String name) throws MalformedMedia {
        return box(new ByteCursor(bytes, parent.position(), parent.end(), false), bytes, name);
    }

    /** The next box of that name; the cursor moves behind it. Null where there is none. */
    private static ByteCursor box(ByteCursor cursor, byte[] bytes, String name) throws MalformedMedia {
        while (cursor.left() >= 8) {
            int start = cursor.position();
            long length = cursor.u32();
            String found = cursor.name();
            if (length == 1) {
                length = cursor.u64();
            } else if (length == 0) {
                length = cursor.end() - start;
            }
            int body = cursor.position();
            if (length < body - start) {
                throw new MalformedMedia("MP4: box " + found + " at byte " + start + " has a length of " + length);
            }
            // The last box of a truncated file is of no use, unless it holds only pixels.
            cursor.seek(Math.min(start + length, cursor.end()));
            if (found.equals(name)) {
                return new ByteCursor(bytes, body, cursor.position(), false);
            }
        }
        return null;
    }
}
