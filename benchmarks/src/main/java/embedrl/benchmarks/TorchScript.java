package embedrl.benchmarks;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes PyTorch operations callable that DJL does not offer: writes the archive of a module without parameters whose forward method is given as source. */
final class TorchScript {
    // Pickle, protocol 2: an object of class __torch__.Call with the state {"training": False}; and an empty tuple.
    private static final String OBJECT = "\u0080\u0002c__torch__\nCall\n)\u0081}X\u0008\0\0\0training\u0089sb.";
    private static final String NO_CONSTANTS = "\u0080\u0002).";

    private TorchScript() {
    }

    /** Source: "def forward(self, …) -> …:" and its body, not indented. */
    static PtSymbolBlock compile(Torch torch, String forward) {
        String code = "class Call(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n" + forward.indent(2);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            add(zip, "call/data.pkl", OBJECT);
            add(zip, "call/code/__torch__.py", code);
            add(zip, "call/constants.pkl", NO_CONSTANTS);
            add(zip, "call/version", "3\n");
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        try {
            return JniUtils.loadModule((PtNDManager) torch.manager(), new ByteArrayInputStream(archive.toByteArray()), false, false);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void add(ZipOutputStream zip, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);   // PyTorch reads archives without compression
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
