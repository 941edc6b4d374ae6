package embedrl.nn;

import embedrl.tensor.Buffer;
import embedrl.tensor.Variable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** A digest of named variables. */
final class Checksum {
    private static final int CHUNK = 1 << 14;

    private Checksum() {
    }

    /** SHA-256 over each variable's name, type and little-endian values, in the order of the map. */
    static String of(Map<String, Variable> variables) {
        MessageDigest digest = sha256();
        ByteBuffer bytes = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        variables.forEach((name, variable) -> {
            digest.update((name + " " + variable.type() + "\n").getBytes(StandardCharsets.UTF_8));
            Buffer values = variable.contents();
            if (variable.type().dtype().isBlock()) {
                digest.update(values.blocks(), values.offset(), (int) variable.type().bytes());
                return;
            }
            int end = values.offset() + values.count();
            for (int from = values.offset(); from < end; from += CHUNK) {
                bytes.clear();
                int length = Math.min(CHUNK, end - from);
                switch (variable.type().dtype()) {
                    case FLOAT32 -> bytes.asFloatBuffer().put(values.floats(), from, length);
                    case INT32 -> bytes.asIntBuffer().put(values.ints(), from, length);
                    case BFLOAT16, FLOAT16 -> bytes.asShortBuffer().put(values.halves(), from, length);
                    default -> throw new IllegalStateException("checksum: blocks are taken whole");
                }
                digest.update(bytes.limit((int) variable.type().dtype().bytes(length)));
            }
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("checksum: every Java platform has SHA-256, this one does not", e);
        }
    }
}
