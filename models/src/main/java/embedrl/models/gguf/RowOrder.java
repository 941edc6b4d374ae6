package embedrl.models.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Order of the rows of attn_q and attn_k in Llama files: the format rotates neighboring pairs, Hugging Face the two halves of a head. File row 2i + j of a head
 * is row j · (headSize / 2) + i of the Hugging Face tensor. Rows move whole, so that quantized rows keep their blocks.
 */
final class RowOrder {
    private RowOrder() {
    }

    /** Rows in the order of the file → in Hugging Face order; a copy. */
    static byte[] toHuggingFace(MemorySegment rows, long rowBytes, int headSize) {
        return moved(rows, rowBytes, headSize, true);
    }

    /** Rows in Hugging Face order → in the order of the file; a copy. */
    static byte[] toFile(MemorySegment rows, long rowBytes, int headSize) {
        return moved(rows, rowBytes, headSize, false);
    }

    private static byte[] moved(MemorySegment rows, long rowBytes, int headSize, boolean toHuggingFace) {
        long count = rows.byteSize() / rowBytes;
        if (headSize < 2 || headSize % 2 != 0 || count % headSize != 0 || count * rowBytes != rows.byteSize()) {
            throw new GgufException("row order: " + rows.byteSize() + " bytes in rows of " + rowBytes + " are not heads of " + headSize + " rows, an even number");
        }
        byte[] moved = new byte[Math.toIntExact(rows.byteSize())];
        MemorySegment target = MemorySegment.ofArray(moved);
        int half = headSize / 2;
        for (long row = 0; row < count; row++) {
            int inHead = (int) (row % headSize);
            long partner = row - inHead + inHead % 2 * half + inHead / 2;
            MemorySegment.copy(rows, (toHuggingFace ? row : partner) * rowBytes, target, (toHuggingFace ? partner : row) * rowBytes, rowBytes);
        }
        return moved;
    }
}
