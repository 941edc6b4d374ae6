package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jcodec.codecs.h264.H264Decoder;
import org.jcodec.codecs.h264.H264Utils;
import org.jcodec.codecs.h264.io.model.PictureParameterSet;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.jcodec.codecs.h264.mp4.AvcCBox;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;

/**
 * The frames of an MP4 file with progressive 8-bit 4:2:0 H.264 video, in the order in which they are shown; anything else is refused by name.
 *
 * <p>Decoding begins at the last key frame before the first frame asked for, and skips to later key frames where that saves work.
 */
public final class Mp4File implements FrameSource {
    private static final Set<Integer> PROFILES = Set.of(66, 77, 100, 110);   // High 10 (110) may hold 8 bits

    private final String source;
    private final byte[] bytes;
    private final Mp4Track track;
    private final SeqParameterSet parameters;
    private final Map<Integer, PictureParameterSet> pictures;
    private final AvcCBox configuration;
    private final ImageSize shown;       // before it is turned
    private final int[] order;           // the sample of each frame
    private final MediaLimits limits;

    private Mp4File(String source, byte[] bytes, Mp4Track track, SeqParameterSet parameters,
            Map<Integer, PictureParameterSet> pictures, AvcCBox configuration, ImageSize shown, MediaLimits limits) {
        this.source = source;
        this.bytes = bytes;
        this.track = track;
        this.parameters = parameters;
        this.pictures = pictures;
        this.configuration = configuration;
        this.shown = shown;
        this.limits = limits;
        long[] times = track.times();
        this.order = IntStream.range(0, times.length).boxed().sorted(Comparator.comparingLong(sample -> times[sample])).mapToInt(Integer::intValue).toArray();
    }

    static Mp4File open(String source, byte[] bytes, MediaLimits limits) throws MalformedMedia {
        Mp4Track track = Mp4Track.read(bytes, limits);
        if (track.avcC() == null || !track.codec().equals("avc1")) {
            throw new MalformedMedia("MP4: only H.264 video (avc1) can be read, this file has " + track.codec());
        }
        AvcCBox configuration = H264Utils.parseAVCCFromBuffer(ByteBuffer.wrap(track.avcC()));
        if (configuration.getSpsList().isEmpty() || configuration.getPpsList().isEmpty()) {
            throw new MalformedMedia("MP4: the decoder configuration has no parameter sets");
        }
        if (configuration.getSpsList().size() > 1) {
            throw new MalformedMedia("MP4: the settings of the video change within it; only one sequence parameter set can be read");
        }
        SeqParameterSet parameters = SeqParameterSet.read(unescaped(configuration.getSpsList().getFirst()));
        check(parameters);
        var pictures = new HashMap<Integer, PictureParameterSet>();
        for (ByteBuffer set : configuration.getPpsList()) {
            PictureParameterSet picture = PictureParameterSet.read(unescaped(set));
            if (picture.numSliceGroupsMinus1 != 0) {
                throw new MalformedMedia("MP4: slice groups cannot be read");
            }
            pictures.put(picture.picParameterSetId, picture);
        }
        long width = 16L * (parameters.picWidthInMbsMinus1 + 1);
        long height = 16L * (parameters.picHeightInMapUnitsMinus1 + 1);
        limits.checkSize(width, height);
        if (parameters.frameCroppingFlag) {
            width -= 2L * (parameters.frameCropLeftOffset + parameters.frameCropRightOffset);
            height -= 2L * (parameters.frameCropTopOffset + parameters.frameCropBottomOffset);
        }
        limits.checkSize(width, height);
        return new Mp4File(source, bytes, track, parameters, pictures, configuration, new ImageSize((int) height, (int) width), limits);
    }

    // A parameter set without the bytes that keep start codes out of it. The buffer given stays as it is.
    private static ByteBuffer unescaped(ByteBuffer unit) {
        var copy = new byte[unit.remaining()];
        unit.duplicate().get(copy);
        ByteBuffer body = ByteBuffer.wrap(copy);
        H264Utils.unescapeNAL(body);
        return body;
    }

    private static void check(SeqParameterSet parameters) throws MalformedMedia {
        if (!PROFILES.contains(parameters.profileIdc)) {
            throw new MalformedMedia("MP4: only the H.264 profiles Baseline (66), Main (77) and High (100) can be read, this file has " + parameters.profileIdc);
        }
        if (!parameters.frameMbsOnlyFlag) {
            throw new MalformedMedia("MP4: only progressive video can be read, this file is interlaced");
        }
        if (parameters.numRefFrames > 16 || parameters.log2MaxFrameNumMinus4 > 12 || parameters.log2MaxPicOrderCntLsbMinus4 > 12) {
            throw new MalformedMedia("MP4: the sequence parameter set is damaged");
        }
        if (parameters.bitDepthLumaMinus8 != 0 || parameters.bitDepthChromaMinus8 != 0) {
            throw new MalformedMedia("MP4: only video of 8 bits can be read, this file has " + (8 + parameters.bitDepthLumaMinus8));
        }
        if (parameters.chromaFormatIdc != ColorSpace.YUV420J && parameters.chromaFormatIdc != ColorSpace.YUV420) {
            throw new MalformedMedia("MP4: only 4:2:0 color can be read, this file has " + parameters.chromaFormatIdc);
        }
    }

    @Override
    public int count() {
        return order.length;
    }

    @Override
    public double fps() {
        return count() * (double) track.timescale() / track.duration();
    }

    @Override
    public double seconds(int frame) {
        return (double) track.times()[order[frame]] / track.timescale();
    }

    @Override
    public ImageSize size() {
        return track.turns() % 2 == 0 ? shown : new ImageSize(shown.width(), shown.height());
    }

    @Override
    public List<RgbImage> read(int[] indices) {
        FrameSource.checkIndices(indices, count());
        return Decoding.timed(source, limits, () -> decode(indices));
    }

    private List<RgbImage> decode(int[] indices) throws IOException {
        Set<Integer> wanted = new HashSet<>();
        int last = -1;
        for (int index : indices) {
            wanted.add(order[index]);
            last = Math.max(last, order[index]);
        }
        var found = new RgbImage[order.length];
        H264Decoder decoder = null;
        byte[][] planes = null;
        for (int sample = 0; sample <= last; sample++) {
            if (Thread.interrupted()) {
                throw new MalformedMedia("decoding was interrupted");
            }
            if (decoder == null || isKey(sample)) {
                int next = nextKey(sample);
                if (IntStream.range(sample, Math.min(next, last + 1)).noneMatch(wanted::contains)) {
                    sample = next - 1;   // nothing of this group is asked for
                    decoder = null;
                    continue;
                }
            }
            if (decoder == null) {
                decoder = new H264Decoder();
                decoder.addSps(configuration.getSpsList());
                decoder.addPps(configuration.getPpsList());
                int width = 16 * (parameters.picWidthInMbsMinus1 + 1);
                int height = 16 * (parameters.picHeightInMapUnitsMinus1 + 1);
                planes = new byte[][] {new byte[width * height], new byte[width * height / 4], new byte[width * height / 4]};
            }
            Picture picture = decoder.decodeFrameFromNals(units(sample), planes);
            if (picture == null) {
                throw new MalformedMedia("MP4: frame at sample " + sample + " cannot be decoded");
            }
            if (wanted.contains(sample)) {
                found[sample] = Orientation.turn(YuvColors.rgb(picture, parameters, shown), switch (track.turns()) {
                    case 1 -> 6;
                    case 2 -> 3;
                    case 3 -> 8;
                    default -> Orientation.UPRIGHT;
                });
            }
        }
        var images = new ArrayList<RgbImage>(indices.length);
        for (int index : indices) {
            images.add(found[order[index]]);
        }
        return images;
    }

    // The slices of a sample, each behind its length; parameter sets in the stream must not change what was checked.
    private List<ByteBuffer> units(int sample) throws MalformedMedia {
        var units = new ArrayList<ByteBuffer>();
        int start = (int) track.offsets()[sample];
        var cursor = new ByteCursor(bytes, start, start + track.sizes()[sample], false);
        int lengthBytes = configuration.getNalLengthSize();
        while (cursor.left() >= lengthBytes) {
            long length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | cursor.u8();
            }
            int at = cursor.position();
            cursor.skip(length);
            if (length == 0) {
                continue;
            }
            // Own bytes for each: the decoder removes escapes in place.
            ByteBuffer unit = ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, at + (int) length));
            int type = bytes[at] & 31;
            if (type == 7 && !known(unit, configuration.getSpsList()) || type == 8 && !known(unit, configuration.getPpsList())) {
                throw new MalformedMedia("MP4: the settings of the video change within it");
            } else if (type >= 2 && type <= 4) {
                throw new MalformedMedia("MP4: data partitions cannot be read");
            } else if (type != 1 && type != 5) {
                continue;   // messages and marks
            }
            ByteBuffer slice = unescaped(unit);
            var body = new byte[Math.min(slice.remaining(), 1024)];
            slice.get(body);
            SliceHeader.check(body, parameters, pictures);
            units.add(unit);
        }
        if (units.isEmpty()) {
            throw new MalformedMedia("MP4: sample " + sample + " is empty");
        }
        return units;
    }

    // The stored sets lack the byte with the type.
    private static boolean known(ByteBuffer unit, List<ByteBuffer> sets) {
        return sets.stream().anyMatch(set -> unit.slice(1, unit.remaining() - 1).equals(set));
    }

    private boolean isKey(int sample) {
        return track.keys() == null || Arrays.binarySearch(track.keys(), sample) >= 0;
    }

    private int nextKey(int sample) {
        if (track.keys() == null) {
            return sample + 1;
        }
        int at = Arrays.binarySearch(track.keys(), sample + 1);
        int place = at >= 0 ? at : -at - 1;
        return place < track.keys().length ? track.keys()[place] : track.sizes().length;
    }
}
