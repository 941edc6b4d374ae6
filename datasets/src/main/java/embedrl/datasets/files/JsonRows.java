package embedrl.datasets.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads files of JSON objects, one a line or all in one array, and remembers where each object begins. */
final class JsonRows {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    /** Reads one element of an array, after which more may follow. */
    private static final ObjectReader ELEMENTS = MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Is one object and the 1-based line where it begins. */
    record Row(Path file, int line, JsonNode node) {
        /** Returns a string field; absent and null count as empty. */
        String text(String field) {
            return text(node, field);
        }

        /** Returns a string field of an object inside the row. */
        String text(JsonNode object, String field) {
            JsonNode value = object.path(field);
            if (value.isMissingNode() || value.isNull()) {
                return "";
            }
            if (!value.isString()) {
                throw error("field '" + field + "' must be a string, got " + value);
            }
            return value.asString();
        }

        /** Returns a string field that must be there and not empty. */
        String required(String field) {
            String value = text(field);
            if (value.isEmpty()) {
                throw error("field '" + field + "' must be a string that is not empty");
            }
            return value;
        }

        /** Returns a list of strings; absent counts as empty. */
        List<String> texts(JsonNode object, String field) {
            List<String> list = new ArrayList<>();
            JsonNode values = object.path(field);
            if (values.isMissingNode() || values.isNull()) {
                return list;
            }
            if (!values.isArray()) {
                throw error("field '" + field + "' must be a list of strings, got " + values);
            }
            for (JsonNode value : values) {
                if (!value.isString()) {
                    throw error("field '" + field + "' must be a list of strings, got the element " + value);
                }
                list.add(value.asString());
            }
            return list;
        }

        DataFileException error(String problem) {
            return new DataFileException(file, line, problem);
        }
    }

    private JsonRows() {}

    /** Reads one object a line; empty lines are skipped. */
    static List<Row> lines(Path file) {
        List<Row> rows = new ArrayList<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    rows.add(row(file, number, MAPPER.readTree(line)));
                }
            }
            return rows;
        } catch (JacksonException e) {
            throw new DataFileException(file, number, "not valid JSON: " + e.getOriginalMessage(), e);
        } catch (MalformedInputException e) {
            throw new DataFileException(file, number + 1, "not valid UTF-8", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Reads one array of objects. */
    static List<Row> array(Path file) {
        List<Row> rows = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file); JsonParser parser = MAPPER.createParser(reader)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new DataFileException(file, 1, "must be a JSON array of objects, one a pair");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                rows.add(row(file, line, ELEMENTS.readTree(parser)));
            }
            if (parser.nextToken() != null) {
                throw new DataFileException(file, parser.currentTokenLocation().getLineNr(), "there is text after the JSON array");
            }
            return rows;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new DataFileException(file, line, "not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Row row(Path file, int line, JsonNode node) {
        if (!node.isObject()) {
            throw new DataFileException(file, line, "each entry must be a JSON object, got " + node);
        }
        return new Row(file, line, node);
    }

    private static DataFileException unreadable(Path file, IOException cause) {
        return new DataFileException(file, 0, "the file cannot be read: " + cause, cause);
    }
}
