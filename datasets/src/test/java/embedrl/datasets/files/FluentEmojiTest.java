package embedrl.datasets.files;

import static embedrl.datasets.files.TestFiles.TarEntry.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FluentEmojiTest {
    @TempDir
    Path folder;

    private FluentEmoji.Archive archive(String sha256) {
        return new FluentEmoji.Archive("pictures@1", "pictures-1.tgz", "pictures", sha256);
    }

    /** Stands in for npm: copies a prepared archive under the name that the real client would choose. */
    private List<String> client(Path prepared) {
        return List.of("sh", "-c", "test \"$0 $1\" = 'pack pictures@1' && cp '" + prepared + "' pictures-1.tgz");
    }

    private Path prepared() throws IOException {
        return TestFiles.tar(folder.resolve("prepared.tgz"), file("package/assets/1f431.webp", "cat"), file("package/README.md", "no"),
                file("package/LICENSE", "MIT"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void fetchesChecksUnpacksAndWritesTheCard() throws IOException {
        Path prepared = prepared();
        String sum = DataCard.sha256(prepared);
        Path target = folder.resolve("data");
        DataCard card = FluentEmoji.fetch(target, client(prepared), List.of(archive(sum)));
        assertThat(target.resolve("pictures/assets/1f431.webp")).hasContent("cat");
        assertThat(target.resolve("pictures/LICENSE")).hasContent("MIT");
        assertThat(target.resolve("pictures/README.md")).doesNotExist();
        assertThat(card.counts()).isEqualTo(Map.of("files in pictures", 2L));
        assertThat(card.sha256()).isEqualTo(Map.of("pictures-1.tgz", sum));
        assertThat(DataCard.read(target)).isEqualTo(card);
        assertThat(FluentEmoji.fetch(target, List.of("no-such-client"), List.of(archive(sum)))).isEqualTo(card);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anotherArchiveIsRefusedBeforeItIsUnpacked() throws IOException {
        Path prepared = prepared();
        assertThatIllegalStateException().isThrownBy(() -> FluentEmoji.fetch(folder.resolve("data"), client(prepared), List.of(archive("00ff"))))
                .withMessageContaining("must be 00ff, got " + DataCard.sha256(prepared));
        assertThat(folder.resolve("data/pictures")).doesNotExist();
    }

    @Test
    void aMissingClientIsExplained() {
        assertThatIllegalStateException().isThrownBy(() -> FluentEmoji.fetch(folder, List.of("no-such-client"), List.of(archive("00"))))
                .withMessageContaining("cannot run 'no-such-client'").withMessageContaining("install Node.js");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFailingClientIsQuoted() {
        assertThatIllegalStateException()
                .isThrownBy(() -> FluentEmoji.fetch(folder, List.of("sh", "-c", "echo no route to the registry; exit 7"), List.of(archive("00"))))
                .withMessageContaining("status 7").withMessageContaining("no route to the registry");
    }

    @Test
    void cardsAreReadable() throws IOException {
        DataCard card = new DataCard("set", "a generator", "Apache-2.0", new TreeMap<>(Map.of("pairs", 3L)), new TreeMap<>(Map.of("a.txt",
                DataCard.sha256(Files.writeString(folder.resolve("a.txt"), "abc")))));
        card.write(folder);
        assertThat(folder.resolve("data-card.md")).hasContent("""
                # set

                - Source: a generator
                - License: Apache-2.0

                | what | count |
                |---|---:|
                | pairs | 3 |

                | file | SHA-256 |
                |---|---|
                | a.txt | `ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad` |
                """);
        assertThat(DataCard.read(folder)).isEqualTo(card);
    }
}
