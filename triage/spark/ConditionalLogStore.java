package triage;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.services.s3.model.PutObjectRequest;
import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * Commits of Delta tables on S3 by conditional writes, so that any number of drivers may commit to a table.
 *
 * Delta asks of a log store that of two writers of one version exactly one succeeds. Its own store for S3 asks whether
 * the object is there and then writes it, which holds within one driver only. Here the server decides: a PUT with
 * If-None-Match fails where there is an object (412) or another PUT is under way (409). The client repeats a request
 * whose answer was lost; such a repetition meets what itself has written, which is told by the content: each commit
 * holds an id of its own.
 *
 * Compiled by triage/spark/log_store.py with the compiler that Spark brings for its queries (Janino), which knows no
 * lambdas and no type arguments.
 */
public class ConditionalLogStore extends HadoopFileSystemLogStore {
    private static final String DEADLINE = "triage.lease.until";
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MS = 200;

    public ConditionalLogStore(Configuration configuration) {
        super(configuration);
    }

    public void write(Path path, Iterator actions, Boolean overwrite, Configuration configuration) throws IOException {
        byte[] content = lines(actions);
        S3AFileSystem store = (S3AFileSystem) path.getFileSystem(configuration);
        for (int attempt = 1; !put(store, path, content, overwrite.booleanValue()); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IOException("The object store does not decide who writes " + path);
            }
            pause();
        }
    }

    public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
        return Boolean.FALSE;
    }

    /** Whether the content is written; false where the request should be repeated. */
    private static boolean put(S3AFileSystem store, Path path, byte[] content, boolean overwrite) throws IOException {
        validateLease();
        InputStream stream = new ByteArrayInputStream(content);
        PutObjectRequest request = store.getRequestFactory().newPutObjectRequest(
            store.pathToKey(path), store.getRequestFactory().newObjectMetadata((long) content.length), stream);
        if (!overwrite) {
            request.putCustomRequestHeader("If-None-Match", "*");
        }
        try {
            store.getAmazonS3ClientForTesting("conditional commit").putObject(request);
            return true;
        } catch (AmazonServiceException fault) {
            if (fault.getStatusCode() == 409) {
                return false;
            }
            if (fault.getStatusCode() != 412) {
                throw new IOException("The object store did not take a commit: " + fault.getStatusCode(), fault);
            }
        }
        if (Arrays.equals(content, stored(store, path))) {
            return true;
        }
        throw new FileAlreadyExistsException(path.toString());
    }

    /** The job's lease of the lake must hold: seconds since the machine started, as triage/lake/locks/lease says. */
    private static void validateLease() throws IOException {
        String until = System.getProperty(DEADLINE);
        if (until == null) {
            return;
        }
        String uptime = new String(Files.readAllBytes(Paths.get("/proc/uptime", new String[0])), StandardCharsets.US_ASCII);
        if (Double.parseDouble(uptime.split(" ")[0]) >= Double.parseDouble(until)) {
            throw new IOException("triage.lease: the lake's lease is not valid any more, so nothing is committed");
        }
    }

    private static byte[] stored(S3AFileSystem store, Path path) throws IOException {
        FSDataInputStream stream;
        try {
            stream = store.open(path);
        } catch (FileNotFoundException absent) {
            return new byte[0];
        }
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] piece = new byte[65536];
            for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                all.write(piece, 0, count);
            }
            return all.toByteArray();
        } finally {
            stream.close();
        }
    }

    private static byte[] lines(Iterator actions) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (actions.hasNext()) {
            all.write((((String) actions.next()) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return all.toByteArray();
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}
