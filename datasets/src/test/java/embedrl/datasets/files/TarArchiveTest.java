package embedrl.datasets.files;

import static embedrl.datasets.files.TestFiles.TarEntry.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import embedrl.datasets.files.TestFiles.TarEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarArchiveTest {
    @TempDir
    Path folder;

    private int extract(Path archive) {
        return TarArchive.extract(archive, folder.resolve("out"), 1, path -> true);
    }

    @Test
    void unpacksWantedFilesWithoutTheFirstPart() throws IOException {
        String large = "x".repeat(100_000);
        Path archive = TestFiles.tar(folder.resolve("a.tgz"), new TarEntry("package/", '5', new byte[0]), file("package/a.txt", "hello"),
                file("package/deep/b.txt", large), file("package/no.bin", "no"), file("package/empty.txt", ""));
        assertThat(TarArchive.extract(archive, folder.resolve("out"), 1, path -> path.endsWith(".txt"))).isEqualTo(3);
        assertThat(folder.resolve("out/a.txt")).hasContent("hello");
        assertThat(folder.resolve("out/deep/b.txt")).hasContent(large);
        assertThat(folder.resolve("out/empty.txt")).isEmptyFile();
        assertThat(folder.resolve("out/no.bin")).doesNotExist();
    }

    @Test
    void longNamesOfBothKindsAreRead() throws IOException {
        String path = "package/" + "d/".repeat(60) + "pax.txt";
        String record = " path=" + path + "\n";
        String sized = (record.length() + 3) + record;
        String gnu = "package/" + "e".repeat(120) + ".txt";
        Path archive = TestFiles.tar(folder.resolve("a.tgz"), new TarEntry("PaxHeader", 'x', sized.getBytes(StandardCharsets.UTF_8)), file("short", "pax"),
                new TarEntry("././@LongLink", 'L', (gnu + "\0").getBytes(StandardCharsets.UTF_8)), file("cut", "gnu"));
        assertThat(extract(archive)).isEqualTo(2);
        assertThat(folder.resolve("out/" + path.substring(8))).hasContent("pax");
        assertThat(folder.resolve("out/" + gnu.substring(8))).hasContent("gnu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"package/../../evil.txt", "../evil.txt", "/evil.txt", "package/a/../../../evil.txt", "package/..", "C:/evil.txt", "package\\..\\evil.txt"})
    void pathsThatLeaveTheFolderAreRefused(String name) throws IOException {
        Path archive = TestFiles.tar(folder.resolve("a.tgz"), file(name, "evil"));
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> extract(archive)).withMessageContaining("unsafe or damaged archive")
                .withMessageContaining(name);
        assertThat(folder.resolve("evil.txt")).doesNotExist();
        assertThat(folder.resolveSibling("evil.txt")).doesNotExist();
    }

    @Test
    void pathsInPaxHeadersAreCheckedToo() throws IOException {
        Path archive = TestFiles.tar(folder.resolve("a.tgz"), new TarEntry("PaxHeader", 'x', "23 path=../../evil.txt\n".getBytes(StandardCharsets.UTF_8)),
                file("package/good.txt", "evil"));
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> extract(archive)).withMessageContaining("outside the folder");
    }

    @Test
    void linksAreRefused() throws IOException {
        for (char type : new char[] {'1', '2', '3', '6'}) {
            Path archive = TestFiles.tar(folder.resolve("a.tgz"), new TarEntry("package/link", type, new byte[0]));
            assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> extract(archive)).withMessageContaining("link or special file (type '" + type + "')");
        }
    }

    @Test
    void damageIsReported() throws IOException {
        byte[] header = TestFiles.header(file("package/a.txt", "hello"));
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> extract(TestFiles.gzip(folder.resolve("short.tgz"), header)))
                .withMessageContaining("ends too early");
        byte[] flipped = Arrays.copyOf(header, 2048);
        flipped[3] ^= 1;
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> extract(TestFiles.gzip(folder.resolve("sum.tgz"), flipped)))
                .withMessageContaining("checksum is wrong");
        Path plain = Files.writeString(folder.resolve("plain.tgz"), "not gzip at all");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> extract(plain)).withMessageContaining("cannot be unpacked");
    }
}
