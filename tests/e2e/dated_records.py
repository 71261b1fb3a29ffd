"""Records with times of their own, which kcat can't give: librdkafka's producer, by ctypes."""

import ctypes

# The tags of rd_kafka_producev's arguments (rdkafka.h, rd_kafka_vtype_t).
END, TOPIC, PARTITION, VALUE, KEY, FLAGS, TIMESTAMP = 0, 1, 3, 4, 5, 7, 8
COPY = 2  # RD_KAFKA_MSG_F_COPY
PRODUCER = 0


def produce_dated(servers, topic, records, partition=0):
    """`records`: (milliseconds since the epoch, key, value), which become one batch of the topic's.
    Returns when all are acknowledged."""
    library = ctypes.CDLL("librdkafka.so.1")
    library.rd_kafka_conf_new.restype = ctypes.c_void_p
    library.rd_kafka_new.restype = ctypes.c_void_p
    why = ctypes.create_string_buffer(512)
    conf = ctypes.c_void_p(library.rd_kafka_conf_new())
    for name, value in ((b"bootstrap.servers", servers.encode()), (b"enable.idempotence", b"true"),
                        (b"batch.num.messages", str(len(records)).encode()),
                        (b"queue.buffering.max.ms", b"20000")):
        assert library.rd_kafka_conf_set(conf, name, value, why, 512) == 0, why.value
    producer = ctypes.c_void_p(library.rd_kafka_new(PRODUCER, conf, why, 512))
    assert producer, why.value
    try:
        for at, key, value in records:
            key, value = key.encode(), value.encode()
            fault = library.rd_kafka_producev(
                producer, TOPIC, ctypes.c_char_p(topic.encode()), PARTITION,
                ctypes.c_int32(partition), KEY, ctypes.c_char_p(key), ctypes.c_size_t(len(key)),
                VALUE, ctypes.c_char_p(value), ctypes.c_size_t(len(value)),
                FLAGS, COPY, TIMESTAMP, ctypes.c_int64(at), END)
            assert fault == 0, f"librdkafka's error {fault}"
        assert library.rd_kafka_flush(producer, 30_000) == 0, "not acknowledged within 30 s"
        assert library.rd_kafka_outq_len(producer) == 0
    finally:
        library.rd_kafka_destroy(producer)
