package embedrl.datasets.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    Path folder;

    @Test
    void eightFramesAreSpreadEvenly() {
        assertThat(Frames.pick(64)).containsExactly(0, 9, 18, 27, 36, 45, 54, 63);
        assertThat(Frames.pick(20)).containsExactly(0, 2, 5, 8, 10, 13, 16, 19);
        assertThat(Frames.pick(10)).containsExactly(0, 1, 2, 3, 5, 6, 7, 9);
        assertThat(Frames.pick(3)).containsExactly(0, 1, 2);
        assertThat(Frames.pick(0)).isEmpty();
    }

    @Test
    void namesSortNaturally() {
        assertThat(Stream.of("f10.png", "f9.png", "f09.png", "f1.png", "a", "f", "f1b.png").sorted(Frames.NATURAL))
                .containsExactly("a", "f", "f1.png", "f1b.png", "f09.png", "f9.png", "f10.png");
    }

    @Test
    void imagesTakeTheirTextFromCaptionOrSubfolder() throws IOException {
        TestFiles.image(folder.resolve("pets/red_cat/2.png"), 2, 2, 0xFFFF0000);
        TestFiles.image(folder.resolve("pets/red_cat/10.png"), 2, 2, 0xFF00FF00);
        TestFiles.image(folder.resolve("pets/z.png"), 2, 2, 0x00000000);
        TestFiles.text(folder.resolve("pets/z.txt"), " a zebra on a field ");
        ImageFolder pairs = ImageFolder.open(folder.resolve("pets"), "what is shown ?");
        assertThat(pairs.name()).isEqualTo("pets");
        assertThat(pairs.size()).isEqualTo(3);
        assertThat(pairs.pair(0).query().id()).isEqualTo("red_cat/2.png");
        assertThat(pairs.pair(1).query().id()).isEqualTo("red_cat/10.png");
        assertThat(pairs.pair(1).target().text()).isEqualTo("red cat");
        assertThat(pairs.pair(2).target().text()).isEqualTo("a zebra on a field").isEqualTo(pairs.targetId(2));
        assertThat(pairs.pair(2).query().text()).isEqualTo("what is shown ?");
        assertThat(pairs.pair(2).query().visuals().getFirst().getRGB(0, 0)).isEqualTo(0xFFFFFFFF);
    }

    @Test
    void foldersWithoutTextsOrImagesAreRefused() throws IOException {
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> ImageFolder.open(folder.resolve("none"), "")).withMessageContaining("no such folder");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> ImageFolder.open(folder, "")).withMessageContaining("holds no images");
        TestFiles.image(folder.resolve("a.png"), 2, 2, 0xFFFF0000);
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> ImageFolder.open(folder, "")).withMessageContaining("a.png: needs a caption in a.txt");
        TestFiles.text(folder.resolve("a.txt"), "");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> ImageFolder.open(folder, "")).withMessageContaining("a.txt, line 1: the caption is empty");
    }

    private void uvrb() throws IOException {
        TestFiles.text(folder.resolve("jsonl/corpus.jsonl"), "{\"id\": \"c1\", \"video\": \"clip one.mp4\"}", "{\"id\": \"c2\", \"video\": \"two.mp4\"}");
        TestFiles.text(folder.resolve("jsonl/queries.jsonl"), "{\"id\": \"q1\", \"text\": \"a cat\", \"video\": \"two.mp4\", \"image\": \"i.png\"}",
                "{\"id\": \"q2\", \"text\": \"like this\", \"video\": \"two.mp4\", \"image\": \"\"}", "{\"id\": \"q3\", \"text\": \"a dog\"}",
                "{\"id\": \"q4\", \"text\": \"nothing fits\"}");
        TestFiles.text(folder.resolve("jsonl/instances.jsonl"), "{\"qid\": \"q1\", \"pos\": [\"c1\", \"c2\"]}", "{\"qid\": \"q2\", \"pos\": [\"c1\"]}",
                "{\"qid\": \"q3\", \"pos\": [\"c2\"]}");
        TestFiles.image(folder.resolve("images/i.png"), 2, 2, 0xFF0000FF);
        for (int i = 1; i <= 20; i++) {
            TestFiles.image(folder.resolve("videos_frames/clip one/" + i + ".png"), 2, 2, 0xFF000000 | i);
        }
        TestFiles.image(folder.resolve("videos_frames/two/1.png"), 2, 2, 0xFF00FF00);
    }

    @Test
    void readsTheVideoBenchmark() throws IOException {
        uvrb();
        UvrbTask task = UvrbTask.open(folder, "CRB-G", "Find the video.");
        assertThat(task.name()).isEqualTo("CRB-G");
        assertThat(task.queries()).isEqualTo(3);
        assertThat(task.candidates()).isEqualTo(2);
        assertThat(task.query(0).kind()).isEqualTo(Kind.IMAGE);
        assertThat(task.query(0).text()).isEqualTo("Find the video. a cat");
        assertThat(task.query(1).kind()).isEqualTo(Kind.VIDEO);
        assertThat(task.query(1).visuals()).hasSize(1);
        assertThat(task.query(2)).isEqualTo(new Item("query q3", Kind.TEXT, "Find the video. a dog", List.of(), null));
        assertThat(task.relevance(0)).isEqualTo(Map.of("c1", 1.0, "c2", 1.0));
        assertThat(task.candidate(0).id()).isEqualTo("c1");
        assertThat(task.candidate(0).text()).isEmpty();
        assertThat(task.candidate(0).visuals()).extracting(image -> image.getRGB(0, 0) & 0xFF).containsExactly(1, 3, 6, 9, 11, 14, 17, 20);
    }

    private void broken(String part, String line, String message) throws IOException {
        uvrb();
        Path list = folder.resolve("jsonl/" + part + ".jsonl");
        Files.writeString(list, Files.readString(list) + line + "\n");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> UvrbTask.open(folder, "x", "")).withMessageContaining(part + ".jsonl" + message);
    }

    @Test
    void benchmarkErrorsNameFileAndLine() throws IOException {
        broken("corpus", "{\"id\": \"c1\", \"video\": \"x.mp4\"}", ", line 3: the id 'c1' comes twice");
        broken("corpus", "{\"id\": \"c3\"}", ", line 3: field 'video' must be a string that is not empty");
        broken("instances", "{\"qid\": \"q1\", \"pos\": [\"c9\"]}", ", line 4: 'pos' names 'c9'");
        broken("instances", "{\"qid\": \"q1\", \"pos\": [5]}", ", line 4: field 'pos' must be a list of strings");
        broken("instances", "{\"qid\": \"q9\", \"pos\": [\"c1\"]}", ": names queries that are not in queries.jsonl: [q9]");
        broken("queries", "{\"id\": \"q5\"}", ", line 5: a query needs text, a video or an image");
        uvrb();
        TestFiles.text(folder.resolve("jsonl/corpus.jsonl"), "{\"id\": \"c1\", \"video\": \"gone.mp4\"}", "{\"id\": \"c2\", \"video\": \"two.mp4\"}");
        UvrbTask task = UvrbTask.open(folder, "x", "");
        assertThatExceptionOfType(DataFileException.class).isThrownBy(() -> task.candidate(0)).withMessageContaining("corpus.jsonl, line 1: the video 'gone.mp4'");
    }
}
