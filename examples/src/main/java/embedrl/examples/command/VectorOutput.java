package embedrl.examples.command;

import embedrl.nn.checkpoint.DurableFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where vectors are written, and in which form. A file is replaced as a whole. */
sealed interface VectorOutput {

    /** Writes one row per text. */
    void write(List<String> texts, float[][] vectors) throws IOException;

    /** "-", FILE.npy or FILE.jsonl. */
    static VectorOutput named(String name, PrintStream here) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (name.equals("-")) {
            return new Printed(here);
        }
        if (lower.endsWith(".npy")) {
            return new NumpyFile(Path.of(name));
        }
        if (lower.endsWith(".jsonl")) {
            return new LinesFile(Path.of(name));
        }
        throw new CommandFailure(ExitCode.USAGE, "--out: a file's name ends with .npy or .jsonl, or is -, got '" + name + "'");
    }

    /** JSON lines among the results of the command. */
    record Printed(PrintStream out) implements VectorOutput {
        @Override
        public void write(List<String> texts, float[][] vectors) {
            for (int i = 0; i < vectors.length; i++) {
                out.println(line(texts.get(i), vectors[i]));
            }
        }
    }

    /** JSON lines in a file. */
    record LinesFile(Path file) implements VectorOutput {
        @Override
        public void write(List<String> texts, float[][] vectors) throws IOException {
            DurableFiles.replace(file, channel -> {
                for (int i = 0; i < vectors.length; i++) {
                    fill(channel, ByteBuffer.wrap((line(texts.get(i), vectors[i]) + "\n").getBytes(StandardCharsets.UTF_8)));
                }
            });
        }
    }

    /** A NumPy array, format 1.0: little-endian float32 [texts, dimensions]. */
    record NumpyFile(Path file) implements VectorOutput {
        private static final int ALIGNMENT = 64;
        private static final int PREFIX = 10;

        @Override
        public void write(List<String> texts, float[][] vectors) throws IOException {
            int width = vectors[0].length;
            String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + vectors.length + ", " + width + "), }";
            int length = (PREFIX + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - PREFIX;
            ByteBuffer start = ByteBuffer.allocate(PREFIX + length).order(ByteOrder.LITTLE_ENDIAN);
            start.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0).putShort((short) length);
            start.put((header + " ".repeat(length - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
            DurableFiles.replace(file, channel -> {
                fill(channel, start.flip());
                ByteBuffer row = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
                for (float[] vector : vectors) {
                    row.clear().asFloatBuffer().put(vector);
                    fill(channel, row);
                }
            });
        }
    }

    private static void fill(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String line(String text, float[] vector) {
        JsonMapper json = JsonMapper.shared();
        ObjectNode row = json.createObjectNode().put("text", text);
        var values = row.putArray("vector");
        for (float value : vector) {
            values.add(value);
        }
        return json.writeValueAsString(row);
    }
}
