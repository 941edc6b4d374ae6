package embedrl.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import embedrl.models.media.FrameSource;
import embedrl.models.media.MediaLimits;
import embedrl.models.media.SampledVideo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the preprocessing files of checkpoints, and refuses by name what they ask for in vain. */
class PreprocessorFilesTest {
    @TempDir
    private Path folder;

    private void image(String json) throws IOException {
        Files.writeString(folder.resolve(PreprocessorFiles.IMAGE), json);
    }

    @Test
    void readsTheFilesOfQwen3Vl() throws IOException {
        image("""
                {"size": {"longest_edge": 16777216, "shortest_edge": 65536}, "patch_size": 16, "temporal_patch_size": 2, "merge_size": 2,
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "processor_class": "Qwen3VLProcessor",
                 "image_processor_type": "Qwen2VLImageProcessorFast"}""");
        Files.writeString(folder.resolve(PreprocessorFiles.VIDEO), """
                {"size": {"longest_edge": 25165824, "shortest_edge": 4096}, "patch_size": 16, "temporal_patch_size": 2, "merge_size": 2,
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "processor_class": "Qwen3VLProcessor",
                 "video_processor_type": "Qwen3VLVideoProcessor"}""");
        assertThat(PreprocessorFiles.image(folder)).isEqualTo(ImagePreprocessing.QWEN3_VL);
        assertThat(PreprocessorFiles.video(folder)).isEqualTo(VideoPreprocessing.QWEN3_VL);
    }

    @Test
    void readsBothFromOneFileFirst() throws IOException {
        image("{\"patch_size\": 7}");
        Files.writeString(folder.resolve(PreprocessorFiles.BOTH), """
                {"image_processor": {"min_pixels": 1024, "size": {"shortest_edge": 9, "longest_edge": 8192}, "patch_size": 8, "merge_size": 1,
                  "temporal_patch_size": 1, "do_rescale": false, "image_mean": 3, "image_std": [1, 2, 4]},
                 "video_processor": {"num_frames": 6, "fps": null, "cap_pixels_per_frame": true, "max_video_tokens": 20}}""");
        ImagePreprocessing image = PreprocessorFiles.image(folder);
        assertThat(image).isEqualTo(new ImagePreprocessing(new SmartResize(8, 1024, 8192),
                new PatchSettings(8, 1, 1, new Normalization(1, List.of(3.0, 3.0, 3.0), List.of(1.0, 2.0, 4.0)))));
        float[] row = image.rows(new RgbImage(new ImageSize(32, 32), Collections.nCopies(1024, 0x070b13).stream().mapToInt(i -> i).toArray())).values();
        assertThat(new float[] {row[0], row[64], row[128]}).containsExactly(4, 4, 4);
        VideoPreprocessing video = PreprocessorFiles.video(folder);
        assertThat(video.sampling().pick(100, 25)).containsExactly(0, 20, 40, 59, 79, 99);
        assertThat(video.tokensPerFrame()).isEqualTo(20);
    }

    @Test
    void defaultsAreThoseOfTheReference() throws IOException {
        image("{}");
        ImagePreprocessing read = PreprocessorFiles.image(folder);
        assertThat(read.resize()).isEqualTo(new SmartResize(28, 3136, 1_003_520));
        assertThat(read.patches().normalization().mean()).containsExactly(0.48145466, 0.4578275, 0.40821073);
        assertThat(PreprocessorFiles.video(folder)).isEqualTo(VideoPreprocessing.QWEN3_VL);
        assertThat(PreprocessorFiles.video(folder).sampling().pick(8, 4)).containsExactly(0, 2, 5, 7);
    }

    @Test
    void writesWhatItReads() throws IOException {
        var patches = new PatchSettings(14, 2, 2, new Normalization(Normalization.BYTE, List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6)));
        for (var sampling : new VideoSampling[] {null, VideoSampling.ofFrames(5), new VideoSampling(1.5, null, 2, 9)}) {
            var image = new ImagePreprocessing(sampling == null ? null : new SmartResize(28, 1000, 90_000), patches);
            var video = new VideoPreprocessing(sampling, new SmartResize(28, 1000, 90_000), sampling == null ? null : 30, patches);
            PreprocessorFiles.write(folder, image, video);
            assertThat(PreprocessorFiles.image(folder)).isEqualTo(image);
            assertThat(PreprocessorFiles.video(folder)).isEqualTo(video);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"resample\": 2} | resample is 2, supported is 3 (bicubic)",
            "{\"do_center_crop\": true} | do_center_crop is true, supported is false",
            "{\"do_convert_rgb\": false} | do_convert_rgb is false, supported is true",
            "{\"size\": {\"height\": 224, \"width\": 224}} | size.height is 224, supported is shortest_edge and longest_edge, which count pixels",
            "{\"size\": {\"shortest_edge\": \"big\"}} | shortest_edge is \"big\", supported is an integer",
            "{\"image_mean\": [0.5]} | image_mean is [0.5], supported is a number for each of 3 channels",
            "{\"image_std\": [0, 0, 0]} | rescale and std must be above 0",
            "{\"patch_size\": 16.5} | patch_size is 16.5, supported is an integer",
            "{\"patch_size\": 0} | sizes must be at least 1",
            "{\"do_resize\": 1} | do_resize is 1, supported is true or false",
            "{\"data_format\": \"channels_last\"} | data_format is channels_last",
            "{\"image_processor_type\": \"CLIPImageProcessor\"} | image_processor_type is CLIPImageProcessor",
            "{\"size\": {\"shortest_edge\": 90000, \"longest_edge\": 4096}} | needs factor ≥ 1 and max ≥ min",
            "[1] | must be a JSON object",
            "{ | no valid JSON"})
    void refusesByName(String json, String message) throws IOException {
        image(json);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> PreprocessorFiles.image(folder)).withMessageStartingWith(folder.resolve(PreprocessorFiles.IMAGE) + ": ")
                .withMessageContaining(message);
    }

    @Test
    void samplesVideoFiles() throws IOException {
        byte[] bytes;
        try (InputStream in = PreprocessorFilesTest.class.getResourceAsStream("/media/video.mp4")) {
            bytes = in.readAllBytes();
        }
        FrameSource source = FrameSource.open("video.mp4", bytes, MediaLimits.DEFAULT);
        VideoPreprocessing settings = new VideoPreprocessing(new VideoSampling(4.0, null, 4, 768), new SmartResize(32, 4096, 1 << 20), null, PatchSettings.QWEN3_VL);
        SampledVideo video = SampledVideo.of(source, settings.sampling());
        assertThat(video.indices()).containsExactly(0, 4, 7, 11);
        assertThat(video.labels()).containsExactly("<0.2 seconds>", "<0.9 seconds>");
        PatchRows rows = settings.rows(video.frames());
        assertThat(rows.grid().toArray()).containsExactly(2, 4, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> new VideoSampling(2.0, 3, 1, 5)).withMessageContaining("either frames per second or a number of frames");
    }
}
