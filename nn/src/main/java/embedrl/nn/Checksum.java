package embedrl.nn;

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
            if (variable.type().dtype().isBlock()) {
                digest.update(variable.buffer().blocks(), variable.buffer().offset(), (int) variable.type().bytes());
                return;
            }
            int end = variable.buffer().offset() + variable.buffer().count();
            for (int from = variable.buffer().offset(); from < end; from += CHUNK) {
                bytes.clear();
                int length = Math.min(CHUNK, end - from);
                switch (variable.type().dtype()) {
                    case FLOAT32 -> bytes.asFloatBuffer().put(variable.buffer().floats(), from, length);
                    case INT32 -> bytes.asIntBuffer().put(variable.buffer().ints(), from, length);
                    case BFLOAT16, FLOAT16 -> bytes.asShortBuffer().put(variable.buffer().halves(), from, length);
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
