package embedrl.models.media;

import embedrl.models.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/**
 * The pages of a PDF file, rendered to pictures on white.
 *
 * <p>Each call has the time of the limits; a file whose rendering ran out of it cannot be used further. Calls wait for one another.
 */
public final class PdfFile implements AutoCloseable {
    /** Points per inch: the unit of page sizes. */
    private static final double POINTS = 72;

    private final String source;
    private final PDDocument document;
    private final int count;
    private final MediaLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean unusable;

    private PdfFile(String source, PDDocument document, int count, MediaLimits limits) {
        this.source = source;
        this.document = document;
        this.count = count;
        this.limits = limits;
    }

    /** Opens a file within the default limits. */
    public static PdfFile open(Path file) {
        return open(file, MediaLimits.DEFAULT);
    }

    /**
     * Opens a file.
     *
     * @throws MediaException if the file is missing, damaged, locked by a password, or has too many pages
     */
    public static PdfFile open(Path file, MediaLimits limits) {
        return open(file.toString(), Decoding.bytes(file, limits), limits);
    }

    /** Opens a file that is in memory; messages call it by the source. */
    public static PdfFile open(String source, byte[] bytes, MediaLimits limits) {
        return Decoding.timed(source, limits, () -> {
            if (MediaFormat.of(bytes).orElse(null) != MediaFormat.PDF) {
                throw new MalformedMedia("not a PDF file: %PDF- does not stand in its first " + MediaFormat.HEAD + " bytes");
            }
            PDDocument document = Loader.loadPDF(bytes);
            int count = document.getNumberOfPages();
            if (count < 1 || count > limits.maxFrames()) {
                document.close();
                throw new MalformedMedia("PDF: a file has 1 to " + limits.maxFrames() + " pages, this one has " + count);
            }
            return new PdfFile(source, document, count, limits);
        });
    }

    /** How many pages there are. */
    public int count() {
        return count;
    }

    /**
     * Renders a page.
     *
     * @param page from 0
     * @param dpi  pixels per inch; 72 makes a pixel of a point
     * @throws MediaException if the page is damaged, asks for too many pixels or takes too long
     */
    public RgbImage render(int page, double dpi) {
        if (page < 0 || page >= count || !(dpi > 0) || Double.isInfinite(dpi)) {
            throw new IllegalArgumentException("PDF: needs a page within 0 … " + (count - 1) + " and dpi above 0, got " + page + " and " + dpi);
        }
        return locked(() -> {
            PDPage content = document.getPage(page);
            double scale = dpi / POINTS;
            // As the renderer rounds: down, but at least one pixel.
            limits.checkSize((long) Math.max(1, content.getCropBox().getWidth() * scale), (long) Math.max(1, content.getCropBox().getHeight() * scale));
            return RgbImage.of(new PDFRenderer(document).renderImage(page, (float) scale, ImageType.RGB));
        });
    }

    private <T> T locked(Callable<T> work) {
        lock.lock();
        try {
            if (unusable) {
                throw new MediaException(source, "an earlier call ran out of its time; open the file again");
            }
            unusable = true;   // stays so where the call does not come back in time
            try {
                T result = Decoding.timed(source, limits, work);
                unusable = false;
                return result;
            } catch (MediaException failure) {
                unusable = failure.getCause() instanceof TimeoutException || failure.getCause() instanceof InterruptedException;
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!unusable) {
                document.close();
            }
        } catch (IOException failure) {
            throw new MediaException(source, "cannot be closed: " + failure.getMessage(), failure);
        } finally {
            lock.unlock();
        }
    }
}
