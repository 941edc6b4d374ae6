package embedrl.models.media;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdfwriter.compress.CompressParameters;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/** Small sound files of every format: those of the folder media, and some made here. */
final class MediaSamples {
    private MediaSamples() {}

    static List<byte[]> of(MediaFormat format) throws IOException {
        var files = new ArrayList<byte[]>();
        for (String name : names()) {
            byte[] bytes = resource(name);
            if (MediaFormat.of(bytes).orElse(null) == format) {
                files.add(bytes);
            }
        }
        if (format == MediaFormat.BMP) {
            for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_BYTE_BINARY}) {
                files.add(encoded(new BufferedImage(9, 7, type), "bmp"));
            }
        } else if (format == MediaFormat.PDF) {
            files.add(pdf(2, CompressParameters.DEFAULT_COMPRESSION));
            files.add(pdf(2, CompressParameters.NO_COMPRESSION));
        }
        return files;
    }

    /** The names of the files that have expected pixels, and of the video. */
    static List<String> names() {
        return new String(resource("expected.txt"), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" ")[0])
                .distinct().toList();
    }

    static byte[] resource(String name) {
        try (InputStream in = MediaSamples.class.getResourceAsStream("/media/" + name)) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Pages of 100 × 50 points: a black square in the top left quarter, text and a red picture. */
    static byte[] pdf(int pages, CompressParameters compression) throws IOException {
        try (var document = new PDDocument(); var out = new ByteArrayOutputStream()) {
            for (int i = 0; i < pages; i++) {
                var page = new PDPage(new PDRectangle(100, 50));
                document.addPage(page);
                var red = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
                for (int at = 0; at < 16; at++) {
                    red.setRGB(at % 4, at / 4, 0xff0000);
                }
                try (var content = new PDPageContentStream(document, page)) {
                    content.addRect(0, 25, 50, 25);
                    content.fill();
                    content.drawImage(LosslessFactory.createFromImage(document, red), 50, 0, 50, 25);
                    content.beginText();
                    content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 10);
                    content.newLineAtOffset(55, 35);
                    content.showText("Page " + i);
                    content.endText();
                }
            }
            document.save(out, compression);
            return out.toByteArray();
        }
    }

    /** A picture in a format of ImageIO. */
    static byte[] encoded(BufferedImage image, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new IOException("no writer for " + format);
        }
        return out.toByteArray();
    }
}
