package io.pharos.runtime.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// What a blocking writer writes, as a reactive body. The first chunk is kept until it is full or the writer is done: a
/// short body is known whole before the response begins, a long one streams, and its writer waits while the client is
/// slow.
///
/// One writer thread; one subscriber. When the client goes away, the writer's next write fails.
final class BodyStream extends OutputStream implements Publisher<ByteBuf>, Subscription {
    private static final int CHUNK = 32 * 1024;

    /// From the first full chunk until the server subscribes; it does so at once, or never where the connection broke.
    private static final Duration MAX_WAIT_FOR_RESPONSE = Duration.ofSeconds(30);

    private final Consumer<BodyStream> onOverflow;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] chunk = new byte[1024];
    private int used;
    private boolean streaming;
    private @Nullable Subscriber<? super ByteBuf> subscriber;
    private long demand;
    private boolean cancelled;

    /// @param onOverflow told once, on the writer's thread, when the body turns out to be long: begin the response then
    BodyStream(Consumer<BodyStream> onOverflow) {
        this.onOverflow = onOverflow;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (used == CHUNK) {
                send();
            }
            int n = Math.min(left, CHUNK - used);
            if (used + n > chunk.length) {
                chunk = Arrays.copyOf(chunk, Math.min(CHUNK, Math.max(used + n, chunk.length * 2)));
            }
            System.arraycopy(bytes, from, chunk, used, n);
            used += n;
            from += n;
            left -= n;
        }
    }

    /// Ends the body. The bytes of a short one, null where it streamed.
    byte @Nullable [] end() throws IOException {
        if (!streaming) {
            return Arrays.copyOf(chunk, used);
        }
        if (used > 0) {
            send();
        }
        Subscriber<? super ByteBuf> to = awaitDemand(false);
        to.onComplete();
        return null;
    }

    /// Ends a body that streams with an error: the connection breaks off.
    void fail(Throwable cause) {
        Subscriber<? super ByteBuf> to;
        lock.lock();
        try {
            to = cancelled ? null : subscriber;
        } finally {
            lock.unlock();
        }
        if (to != null) {
            to.onError(cause);
        }
    }

    boolean isStreaming() {
        return streaming;
    }

    private void send() throws IOException {
        if (!streaming) {
            streaming = true;
            onOverflow.accept(this);
        }
        Subscriber<? super ByteBuf> to = awaitDemand(true);
        ByteBuf buffer = Unpooled.wrappedBuffer(Arrays.copyOf(chunk, used));
        used = 0;
        to.onNext(buffer);
    }

    private Subscriber<? super ByteBuf> awaitDemand(boolean take) throws IOException {
        lock.lock();
        try {
            long waitNanos = MAX_WAIT_FOR_RESPONSE.toNanos();
            while (!cancelled && subscriber == null && waitNanos > 0) {
                waitNanos = changed.awaitNanos(waitNanos);
            }
            while (!cancelled && subscriber != null && take && demand == 0) {
                changed.await();
            }
            if (cancelled || subscriber == null) {
                throw new IOException("the client went away");
            }
            if (take && demand != Long.MAX_VALUE) {
                demand--;
            }
            return subscriber;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the client was slow", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuf> s) {
        s.onSubscribe(this);
        lock.lock();
        try {
            subscriber = s;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void request(long n) {
        lock.lock();
        try {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
