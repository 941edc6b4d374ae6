package embedrl.examples.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFolderTest {

    // SHA-256 of "abc", from FIPS 180-2.
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    @TempDir
    Path folder;

    private Path write(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void theHashDecidesAmongFilesOfOneName() throws IOException {
        write("a/model.gguf", "other");
        Path right = write("b/deep/model.gguf", "abc");
        write("c/renamed.gguf", "abc");
        assertThat(WeightsFolder.of(folder).find("p", "models/model.gguf", ABC.toUpperCase(java.util.Locale.ROOT))).isEqualTo(right);
    }

    @Test
    void whatIsNotThereIsNamedWithItsPackageAndWhatToDo() throws IOException {
        assertThatThrownBy(() -> WeightsFolder.none().find("llm 0.1 (PyPI)", "m.gguf", ABC))
                .hasMessage("the case needs m.gguf of llm 0.1 (PyPI) (SHA-256 " + ABC + "); unpack the package and name its folder with --weights DIR");
        Path other = write("m.gguf", "other");
        assertThatThrownBy(() -> WeightsFolder.of(folder).find("p", "x/m.gguf", ABC)).hasMessageContaining("only other files of that name: [" + other);
        assertThatThrownBy(() -> WeightsFolder.of(folder).find("p", "x/n.gguf", ABC))
                .hasMessageContaining("below --weights " + folder + " there is no file of that name");
    }

    @Test
    void aCaseFindsTheFilesOfItsSections() throws IOException {
        Path file = write("w/t.json", "abc");
        write("case/case.json", """
                {"kind": "k", "weights": {"package": "p", "file": "in/t.json", "sha256": "%s"},
                 "tokenizer": {"package": "p", "tokenizer_file": "t.json", "tokenizer_sha256": "%s"}}""".formatted(ABC, ABC));
        try (CaseFile one = CaseFile.open(folder.resolve("case"), WeightsFolder.of(folder.resolve("w")))) {
            assertThat(one.weights()).isEqualTo(file);
            assertThat(one.external("tokenizer", "tokenizer_file", "tokenizer_sha256")).isEqualTo(file);
        }
        try (CaseFile one = CaseFile.open(folder.resolve("case"))) {
            assertThatThrownBy(one::weights).hasMessageContaining("--weights DIR");
        }
    }
}
