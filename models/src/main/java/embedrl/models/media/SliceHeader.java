package embedrl.models.media;

import java.util.Map;
import org.jcodec.codecs.h264.io.model.PictureParameterSet;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;

/**
 * Walks through the header of an H.264 slice (ITU-T H.264, 7.3.3) before a decoder sees it: the decoder's own loops over its lists have no end on damaged data.
 */
final class SliceHeader {
    private static final int IDR = 5;
    private static final int MAX_LIST = 66;   // changes of a list of at most 32 fields and the end mark, with room

    private final byte[] bits;
    private int at;
    private final int end;

    private SliceHeader(byte[] bits) {
        this.bits = bits;
        this.end = 8 * bits.length;
    }

    /**
     * Checks a slice.
     *
     * @param unit   the NAL unit without escapes, its first byte the NAL header
     * @param pictures the picture parameter sets, by their ids
     */
    static void check(byte[] unit, SeqParameterSet sequence, Map<Integer, PictureParameterSet> pictures) throws MalformedMedia {
        new SliceHeader(unit).walk(sequence, pictures);
    }

    private void walk(SeqParameterSet sequence, Map<Integer, PictureParameterSet> pictures) throws MalformedMedia {
        int header = read(8);
        boolean idr = (header & 31) == IDR;
        boolean reference = (header >> 5 & 3) != 0;
        long firstBlock = ue();
        if (firstBlock >= (long) (sequence.picWidthInMbsMinus1 + 1) * (sequence.picHeightInMapUnitsMinus1 + 1)) {
            throw damaged();
        }
        int type = (int) (ue() % 5);   // 0 P, 1 B, 2 I, 3 SP, 4 SI
        PictureParameterSet picture = pictures.get((int) ue());
        if (picture == null || type > 2) {
            throw damaged();
        }
        read(sequence.log2MaxFrameNumMinus4 + 4);
        if (idr) {
            ue();
        }
        if (sequence.picOrderCntType == 0) {
            read(sequence.log2MaxPicOrderCntLsbMinus4 + 4);
            if (picture.picOrderPresentFlag) {
                ue();
            }
        } else if (sequence.picOrderCntType == 1 && !sequence.deltaPicOrderAlwaysZeroFlag) {
            ue();
            if (picture.picOrderPresentFlag) {
                ue();
            }
        }
        if (picture.redundantPicCntPresentFlag) {
            ue();
        }
        if (type == 1) {
            read(1);
        }
        long[] active = {picture.numRefIdxActiveMinus1[0] + 1L, picture.numRefIdxActiveMinus1[1] + 1L};
        int lists = type == 2 ? 0 : type == 1 ? 2 : 1;
        if (lists > 0 && read(1) == 1) {
            active[0] = ue() + 1;
            active[1] = lists == 2 ? ue() + 1 : active[1];
        }
        if (active[0] > 32 || active[1] > 32) {
            throw damaged();
        }
        for (int list = 0; list < lists; list++) {
            if (read(1) == 1) {
                reordering();
            }
        }
        if (picture.weightedPredFlag && type == 0 || picture.weightedBipredIdc == 1 && type == 1) {
            weights(lists, active);
        }
        if (reference) {
            marking(idr);
        }
    }

    private void reordering() throws MalformedMedia {
        int changes = 0;
        for (long change = ue(); change != 3; change = ue()) {
            if (change > 3 || ++changes > MAX_LIST) {
                throw damaged();
            }
            ue();
        }
    }

    private void weights(int lists, long[] active) throws MalformedMedia {
        ue();
        ue();
        for (int list = 0; list < lists; list++) {
            for (long i = 0; i < active[list]; i++) {
                for (int numbers = 2; numbers <= 4; numbers += 2) {   // of luma, then of both color planes
                    if (read(1) == 1) {
                        for (int k = 0; k < numbers; k++) {
                            ue();
                        }
                    }
                }
            }
        }
    }

    private void marking(boolean idr) throws MalformedMedia {
        if (idr) {
            read(2);
        } else if (read(1) == 1) {
            int operations = 0;
            for (long operation = ue(); operation != 0; operation = ue()) {
                if (operation > 6 || ++operations > MAX_LIST) {
                    throw damaged();
                }
                if (operation != 5) {
                    ue();
                }
                if (operation == 3) {
                    ue();
                }
            }
        }
    }

    /** Exp-Golomb; signed numbers have the same length. */
    private long ue() throws MalformedMedia {
        int zeros = 0;
        while (read(1) == 0) {
            if (++zeros > 31) {
                throw damaged();
            }
        }
        return zeros == 0 ? 0 : (1L << zeros) - 1 + Integer.toUnsignedLong(read(zeros));
    }

    private int read(int count) throws MalformedMedia {
        if (count > end - at) {
            throw damaged();
        }
        int value = 0;
        for (int i = 0; i < count; i++, at++) {
            value = value << 1 | bits[at >> 3] >> 7 - (at & 7) & 1;
        }
        return value;
    }

    private static MalformedMedia damaged() {
        return new MalformedMedia("MP4: the header of a slice is damaged");
    }
}
