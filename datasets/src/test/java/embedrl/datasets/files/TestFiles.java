package embedrl.datasets.files;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Writes small images and tar archives for tests. */
public final class TestFiles {
    private TestFiles() {}

    /** Writes a PNG of one color. */
    public static Path image(Path file, int width, int height, int argb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        int[] pixels = new int[width * height];
        Arrays.fill(pixels, argb);
        image.setRGB(0, 0, width, height, pixels, 0, width);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** Writes a text file. */
    public static Path text(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** Is one entry of a tar archive. */
    record TarEntry(String name, char type, byte[] content) {
        static TarEntry file(String name, String content) {
            return new TarEntry(name, '0', content.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Writes a gzip-compressed ustar archive. */
    static Path tar(Path file, TarEntry... entries) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (TarEntry entry : entries) {
            tar.write(header(entry));
            tar.write(entry.content());
            tar.write(new byte[(512 - entry.content().length % 512) % 512]);
        }
        tar.write(new byte[1024]);
        return gzip(file, tar.toByteArray());
    }

    static Path gzip(Path file, byte[] content) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content);
        }
        return file;
    }

    static byte[] header(TarEntry entry) {
        byte[] header = new byte[512];
        put(header, 0, entry.name());
        put(header, 100, "0000644\0");
        put(header, 124, "%011o\0".formatted(entry.content().length));
        put(header, 136, "00000000000\0");
        header[156] = (byte) entry.type();
        put(header, 257, "ustar\00000");
        put(header, 148, "        ");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xFF;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
