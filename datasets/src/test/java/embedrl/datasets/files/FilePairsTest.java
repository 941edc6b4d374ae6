package embedrl.datasets.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePairsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void images() throws IOException {
        TestFiles.image(folder.resolve("images/a.png"), 5, 3, 0xFF102030);
    }

    @Test
    void readsOneObjectALine() throws IOException {
        Path file = TestFiles.text(folder.resolve("ChartQA.jsonl"),
                "{\"qry\": \"<|image_1|>\\nwhat is it ?\", \"qry_image_path\": \"images/a.png\", \"pos_text\": \"blue\", \"pos_image_path\": \"\", "
                        + "\"query_cot\": \"<thinking>\", \"pos_cot\": \"\", \"error\": \"\", \"unknown\": 1}", "",
                "{\"qry\": \"a page\", \"pos_image_path\": \"" + folder.resolve("images/a.png").toString().replace('\\', '/') + "\", \"pos_text\": null}");
        FilePairs pairs = FilePairs.jsonl(file, folder, Kind.PAGE);
        assertThat(pairs.name()).isEqualTo("ChartQA");
        assertThat(pairs.size()).isEqualTo(2);
        Pair first = pairs.pair(0);
        assertThat(first.dataset()).isEqualTo("ChartQA");
        assertThat(first.query().kind()).isEqualTo(Kind.PAGE);
        assertThat(first.query().text()).isEqualTo("what is it ?");
        assertThat(first.query().id()).isEqualTo("images/a.png:what is it ?");
        assertThat(first.query().visuals().getFirst().getRGB(4, 2)).isEqualTo(0xFF102030);
        assertThat(first.query().trace()).isNull();
        assertThat(first.target()).isEqualTo(Item.text("blue", null));
        assertThat(pairs.queryCot(0)).isEqualTo("<thinking>");
        assertThat(pairs.targetCot(0)).isEmpty();
        assertThat(pairs.targetId(0)).isEqualTo("blue");
        assertThat(pairs.pair(1).target().kind()).isEqualTo(Kind.PAGE);
        assertThat(pairs.pair(1).target().text()).isEmpty();
        assertThat(pairs.pair(1).target().id()).endsWith("images/a.png");
    }

    @Test
    void readsAnArrayOfTheSameObjects() throws IOException {
        Path file = TestFiles.text(folder.resolve("MSCOCO.json"), "[", " {\"qry\": \"a\", \"pos_text\": \"b\"},", " {\"qry\": \"c\", \"pos_text\": \"d\"}", "]");
        FilePairs pairs = FilePairs.mmeb(file, folder, Kind.IMAGE);
        assertThat(pairs.size()).isEqualTo(2);
        assertThat(pairs.pair(1).query().text()).isEqualTo("c");
        assertThat(pairs.pair(1).target().text()).isEqualTo("d");
    }

    @Test
    void readsConversationsAboutVideos() throws IOException {
        for (int i = 1; i <= 10; i++) {
            TestFiles.image(folder.resolve("hound/7/f%d.png".formatted(i)), 2, 2, 0xFF000000 | i);
        }
        List<String> all = IntStream.rangeClosed(1, 10).mapToObj("\"hound/7/f%d.png\""::formatted).toList();
        String frames = String.join(", ", all);
        Path file = TestFiles.text(folder.resolve("llavahound.json"), "[{\"dataset_name\": \"llavahound_qa\",",
                "\"qry\": {\"conversations\": [{\"from\": \"gpt\", \"value\": \"x\"}, {\"from\": \"human\", \"value\": \"<video>\\nwho ?\"}], \"video\": [" + frames + "]},",
                "\"pos\": {\"conversations\": [{\"from\": \"gpt\", \"value\": \"a cat\"}], \"video\": [\"images/blank.jpg\"]}, \"query_cot\": \"q\", \"pos_cot\": \"p\"},",
                "{\"dataset_name\": \"llavahound_video_retrieval\", \"qry\": {\"conversations\": [{\"from\": \"gpt\", \"value\": \"a cat runs\"}], \"video\": []},",
                "\"pos\": {\"conversations\": [{\"from\": \"human\", \"value\": \"Understand.\"}], \"video\": [\"images/blank.jpg\", \"hound/7/f3.png\"]}}]");
        FilePairs pairs = FilePairs.llavaHound(file, folder);
        Item query = pairs.pair(0).query();
        assertThat(query.kind()).isEqualTo(Kind.VIDEO);
        assertThat(query.text()).isEqualTo("who ?");
        assertThat(query.id()).isEqualTo("hound/7:who ?");
        // Eight of ten frames: 0 1 2 3 5 6 7 9, counted from 0.
        assertThat(query.visuals()).extracting(image -> image.getRGB(0, 0) & 0xFF).containsExactly(1, 2, 3, 4, 6, 7, 8, 10);
        assertThat(pairs.pair(0).target().text()).isEqualTo("a cat");
        assertThat(pairs.queryCot(0) + pairs.targetCot(0)).isEqualTo("qp");
        assertThat(pairs.pair(1).query()).isEqualTo(Item.text("a cat runs", null));
        assertThat(pairs.pair(1).target().visuals()).hasSize(1);
        assertThat(pairs.pair(1).target().text()).isEqualTo("Understand.");
    }

    private void refused(String message, String... lines) throws IOException {
        Path file = TestFiles.text(folder.resolve("bad.json"), lines);
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> FilePairs.mmeb(file, folder, Kind.IMAGE)).withMessageContaining(file + message);
    }

    @Test
    void errorsNameFileAndLine() throws IOException {
        refused(", line 3: 'pos_text' and 'pos_image_path' must not both be empty", "[{\"qry\": \"a\", \"pos_text\": \"b\"},", "", "{\"qry\": \"a\"}]");
        refused(", line 1: field 'qry' must be a string, got 5", "[{\"qry\": 5, \"pos_text\": \"b\"}]");
        refused(", line 2: each entry must be a JSON object, got 7", "[", "7]");
        refused(", line 1: must be a JSON array", "{\"qry\": 5}");
        refused(", line 2: not valid JSON: ", "[{\"qry\": \"a\",", "oops}]");
        refused(", line 1: not valid JSON: ", "[{\"qry\": \"a\", \"qry\": \"b\"}]");
        refused(", line 2: not valid JSON: Unexpected end-of-input", "[{\"qry\": \"a\", \"pos_text\": \"b\"}");
        refused(", line 1: there is text after the JSON array", "[] 3");
        Path lines = TestFiles.text(folder.resolve("bad.jsonl"), "{\"qry\": \"a\", \"pos_text\": \"b\"}", "{oops}");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> FilePairs.jsonl(lines, folder, Kind.IMAGE))
                .withMessageContaining("bad.jsonl, line 2: not valid JSON");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> FilePairs.jsonl(folder.resolve("none"), folder, Kind.IMAGE))
                .withMessageContaining("none: the file cannot be read");
        assertThatIllegalArgumentException().isThrownBy(() -> FilePairs.jsonl(lines, folder, Kind.VIDEO)).withMessageContaining("IMAGE or PAGE, got VIDEO");
        Path hound = TestFiles.text(folder.resolve("h.json"), "[{\"dataset_name\": \"other\"}]");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> FilePairs.llavaHound(hound, folder)).withMessageContaining("line 1")
                .withMessageContaining("got 'other'");
    }

    @Test
    void imagesThatCannotBeReadNameTheLineThatAsksForThem() throws IOException {
        Files.writeString(folder.resolve("images/text.png"), "not an image");
        Files.write(folder.resolve("images/cut.png"), java.util.Arrays.copyOf(Files.readAllBytes(folder.resolve("images/a.png")), 50));
        Path file = TestFiles.text(folder.resolve("x.jsonl"), "{\"qry\": \"a\", \"pos_image_path\": \"images/none.png\"}",
                "{\"qry\": \"a\", \"pos_image_path\": \"images/text.png\"}", "{\"qry\": \"a\", \"pos_image_path\": \"images/cut.png\"}");
        FilePairs pairs = FilePairs.jsonl(file, folder, Kind.IMAGE);
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> pairs.pair(0))
                .withMessageContaining("x.jsonl, line 1: the image 'images/none.png' cannot be read").withMessageContaining("no such image file");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> pairs.pair(1)).withMessageContaining("line 2").withMessageContaining("known format");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> pairs.pair(2)).withMessageContaining("line 3").withMessageContaining("cannot be");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> pairs.pair(3));
    }

    @Test
    void hugeImagesAreRefusedBeforeDecoding() throws IOException {
        byte[] png = Files.readAllBytes(folder.resolve("images/a.png"));
        // Width 100,000 and height 100,000 in the header chunk, with its checksum made right.
        byte[] size = {0, 1, (byte) 0x86, (byte) 0xA0};
        System.arraycopy(size, 0, png, 16, 4);
        System.arraycopy(size, 0, png, 20, 4);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(png, 12, 17);
        for (int i = 0; i < 4; i++) {
            png[29 + i] = (byte) (crc.getValue() >>> 24 - 8 * i);
        }
        Path file = Files.write(folder.resolve("bomb.png"), png);
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> ImageFiles.read(file)).withMessageContaining("100000 × 100000");
    }
}
