import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace goim. */
export namespace goim {

    /** Namespace protocol. */
    namespace protocol {

        /**
         * Properties of a Proto.
         * @deprecated Use goim.protocol.Proto.$Properties instead.
         */
        interface IProto extends goim.protocol.Proto.$Properties {
        }

        /** Represents a Proto. */
        class Proto {

            /**
             * Constructs a new Proto.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.protocol.Proto.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Proto ver. */
            ver: number;

            /** Proto op. */
            op: number;

            /** Proto seq. */
            seq: number;

            /** Proto body. */
            body: Uint8Array;

            /**
             * Creates a new Proto instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Proto instance
             */
            static create(properties: goim.protocol.Proto.$Shape): goim.protocol.Proto & goim.protocol.Proto.$Shape;
            static create(properties?: goim.protocol.Proto.$Properties): goim.protocol.Proto;

            /**
             * Encodes the specified Proto message. Does not implicitly {@link goim.protocol.Proto.verify|verify} messages.
             * @param message Proto message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.protocol.Proto.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Proto message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.protocol.Proto & goim.protocol.Proto.$Shape} Proto
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.protocol.Proto & goim.protocol.Proto.$Shape;
        }

        namespace Proto {

            /** Properties of a Proto. */
            interface $Properties {

                /** Proto ver */
                ver?: (number|null);

                /** Proto op */
                op?: (number|null);

                /** Proto seq */
                seq?: (number|null);

                /** Proto body */
                body?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Proto. */
            type $Shape = goim.protocol.Proto.$Properties;
        }
    }

    /** Namespace push. */
    namespace push {

        /**
         * Properties of a PushEntry.
         * @deprecated Use goim.push.PushEntry.$Properties instead.
         */
        interface IPushEntry extends goim.push.PushEntry.$Properties {
        }

        /** Represents a PushEntry. */
        class PushEntry {

            /**
             * Constructs a new PushEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.PushEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PushEntry op. */
            op: number;

            /** PushEntry body. */
            body: Uint8Array;

            /** PushEntry keys. */
            keys: string[];

            /** PushEntry speed. */
            speed: number;

            /** PushEntry expiresAt. */
            expiresAt: (number|Long);

            /** PushEntry time. */
            time: (number|Long);

            /** PushEntry transient. */
            transient: boolean;

            /** PushEntry retain. */
            retain: boolean;

            /** PushEntry exclude. */
            exclude: string[];

            /** PushEntry receipt. */
            receipt: string;

            /** PushEntry sender. */
            sender: string;

            /**
             * Creates a new PushEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PushEntry instance
             */
            static create(properties: goim.push.PushEntry.$Shape): goim.push.PushEntry & goim.push.PushEntry.$Shape;
            static create(properties?: goim.push.PushEntry.$Properties): goim.push.PushEntry;

            /**
             * Encodes the specified PushEntry message. Does not implicitly {@link goim.push.PushEntry.verify|verify} messages.
             * @param message PushEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.PushEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PushEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.PushEntry & goim.push.PushEntry.$Shape} PushEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.PushEntry & goim.push.PushEntry.$Shape;
        }

        namespace PushEntry {

            /** Properties of a PushEntry. */
            interface $Properties {

                /** PushEntry op */
                op?: (number|null);

                /** PushEntry body */
                body?: (Uint8Array|null);

                /** PushEntry keys */
                keys?: (string[]|null);

                /** PushEntry speed */
                speed?: (number|null);

                /** PushEntry expiresAt */
                expiresAt?: (number|Long|null);

                /** PushEntry time */
                time?: (number|Long|null);

                /** PushEntry transient */
                transient?: (boolean|null);

                /** PushEntry retain */
                retain?: (boolean|null);

                /** PushEntry exclude */
                exclude?: (string[]|null);

                /** PushEntry receipt */
                receipt?: (string|null);

                /** PushEntry sender */
                sender?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PushEntry. */
            type $Shape = goim.push.PushEntry.$Properties;
        }

        /**
         * Properties of a PushBatch.
         * @deprecated Use goim.push.PushBatch.$Properties instead.
         */
        interface IPushBatch extends goim.push.PushBatch.$Properties {
        }

        /** Represents a PushBatch. */
        class PushBatch {

            /**
             * Constructs a new PushBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.PushBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PushBatch entries. */
            entries: goim.push.PushEntry.$Properties[];

            /**
             * Creates a new PushBatch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PushBatch instance
             */
            static create(properties: goim.push.PushBatch.$Shape): goim.push.PushBatch & goim.push.PushBatch.$Shape;
            static create(properties?: goim.push.PushBatch.$Properties): goim.push.PushBatch;

            /**
             * Encodes the specified PushBatch message. Does not implicitly {@link goim.push.PushBatch.verify|verify} messages.
             * @param message PushBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.PushBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PushBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.PushBatch & goim.push.PushBatch.$Shape} PushBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.PushBatch & goim.push.PushBatch.$Shape;
        }

        namespace PushBatch {

            /** Properties of a PushBatch. */
            interface $Properties {

                /** PushBatch entries */
                entries?: (goim.push.PushEntry.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PushBatch. */
            type $Shape = goim.push.PushBatch.$Properties;
        }

        /**
         * Properties of a CastEntry.
         * @deprecated Use goim.push.CastEntry.$Properties instead.
         */
        interface ICastEntry extends goim.push.CastEntry.$Properties {
        }

        /** Represents a CastEntry. */
        class CastEntry {

            /**
             * Constructs a new CastEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.CastEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CastEntry offset. */
            offset: (number|Long);

            /** CastEntry op. */
            op: number;

            /** CastEntry body. */
            body: Uint8Array;

            /** CastEntry speed. */
            speed: number;

            /** CastEntry expiresAt. */
            expiresAt: (number|Long);

            /** CastEntry time. */
            time: (number|Long);

            /** CastEntry loginBefore. */
            loginBefore: (number|Long);

            /** CastEntry transient. */
            transient: boolean;

            /** CastEntry retain. */
            retain: boolean;

            /** CastEntry exclude. */
            exclude: string[];

            /** CastEntry sender. */
            sender: string;

            /**
             * Creates a new CastEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CastEntry instance
             */
            static create(properties: goim.push.CastEntry.$Shape): goim.push.CastEntry & goim.push.CastEntry.$Shape;
            static create(properties?: goim.push.CastEntry.$Properties): goim.push.CastEntry;

            /**
             * Encodes the specified CastEntry message. Does not implicitly {@link goim.push.CastEntry.verify|verify} messages.
             * @param message CastEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.CastEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CastEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.CastEntry & goim.push.CastEntry.$Shape} CastEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.CastEntry & goim.push.CastEntry.$Shape;
        }

        namespace CastEntry {

            /** Properties of a CastEntry. */
            interface $Properties {

                /** CastEntry offset */
                offset?: (number|Long|null);

                /** CastEntry op */
                op?: (number|null);

                /** CastEntry body */
                body?: (Uint8Array|null);

                /** CastEntry speed */
                speed?: (number|null);

                /** CastEntry expiresAt */
                expiresAt?: (number|Long|null);

                /** CastEntry time */
                time?: (number|Long|null);

                /** CastEntry loginBefore */
                loginBefore?: (number|Long|null);

                /** CastEntry transient */
                transient?: (boolean|null);

                /** CastEntry retain */
                retain?: (boolean|null);

                /** CastEntry exclude */
                exclude?: (string[]|null);

                /** CastEntry sender */
                sender?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CastEntry. */
            type $Shape = goim.push.CastEntry.$Properties;
        }

        /**
         * Properties of a Receipt.
         * @deprecated Use goim.push.Receipt.$Properties instead.
         */
        interface IReceipt extends goim.push.Receipt.$Properties {
        }

        /** Represents a Receipt. */
        class Receipt {

            /**
             * Constructs a new Receipt.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.Receipt.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Receipt target. */
            target: string;

            /** Receipt offset. */
            offset: (number|Long);

            /** Receipt delivered. */
            delivered: number;

            /**
             * Creates a new Receipt instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Receipt instance
             */
            static create(properties: goim.push.Receipt.$Shape): goim.push.Receipt & goim.push.Receipt.$Shape;
            static create(properties?: goim.push.Receipt.$Properties): goim.push.Receipt;

            /**
             * Encodes the specified Receipt message. Does not implicitly {@link goim.push.Receipt.verify|verify} messages.
             * @param message Receipt message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Receipt message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.Receipt & goim.push.Receipt.$Shape} Receipt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.Receipt & goim.push.Receipt.$Shape;
        }

        namespace Receipt {

            /** Properties of a Receipt. */
            interface $Properties {

                /** Receipt target */
                target?: (string|null);

                /** Receipt offset */
                offset?: (number|Long|null);

                /** Receipt delivered */
                delivered?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Receipt. */
            type $Shape = goim.push.Receipt.$Properties;
        }

        /**
         * Properties of a MailEntry.
         * @deprecated Use goim.push.MailEntry.$Properties instead.
         */
        interface IMailEntry extends goim.push.MailEntry.$Properties {
        }

        /** Represents a MailEntry. */
        class MailEntry {

            /**
             * Constructs a new MailEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.MailEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailEntry offset. */
            offset: (number|Long);

            /** MailEntry op. */
            op: number;

            /** MailEntry body. */
            body?: (Uint8Array|null);

            /** MailEntry expiresAt. */
            expiresAt: (number|Long);

            /** MailEntry time. */
            time: (number|Long);

            /** MailEntry bytes. */
            bytes: number;

            /** MailEntry sender. */
            sender: string;

            /**
             * Creates a new MailEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailEntry instance
             */
            static create(properties: goim.push.MailEntry.$Shape): goim.push.MailEntry & goim.push.MailEntry.$Shape;
            static create(properties?: goim.push.MailEntry.$Properties): goim.push.MailEntry;

            /**
             * Encodes the specified MailEntry message. Does not implicitly {@link goim.push.MailEntry.verify|verify} messages.
             * @param message MailEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.MailEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.MailEntry & goim.push.MailEntry.$Shape} MailEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.MailEntry & goim.push.MailEntry.$Shape;
        }

        namespace MailEntry {

            /** Properties of a MailEntry. */
            interface $Properties {

                /** MailEntry offset */
                offset?: (number|Long|null);

                /** MailEntry op */
                op?: (number|null);

                /** MailEntry body */
                body?: (Uint8Array|null);

                /** MailEntry expiresAt */
                expiresAt?: (number|Long|null);

                /** MailEntry time */
                time?: (number|Long|null);

                /** MailEntry bytes */
                bytes?: (number|null);

                /** MailEntry sender */
                sender?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailEntry. */
            type $Shape = goim.push.MailEntry.$Properties;
        }

        /**
         * Properties of a RoomCast.
         * @deprecated Use goim.push.RoomCast.$Properties instead.
         */
        interface IRoomCast extends goim.push.RoomCast.$Properties {
        }

        /** Represents a RoomCast. */
        class RoomCast {

            /**
             * Constructs a new RoomCast.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.RoomCast.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomCast epoch. */
            epoch: string;

            /** RoomCast prev. */
            prev?: (number|Long|null);

            /** RoomCast entries. */
            entries: goim.push.CastEntry.$Properties[];

            /**
             * Creates a new RoomCast instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomCast instance
             */
            static create(properties: goim.push.RoomCast.$Shape): goim.push.RoomCast & goim.push.RoomCast.$Shape;
            static create(properties?: goim.push.RoomCast.$Properties): goim.push.RoomCast;

            /**
             * Encodes the specified RoomCast message. Does not implicitly {@link goim.push.RoomCast.verify|verify} messages.
             * @param message RoomCast message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.RoomCast.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomCast message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.RoomCast & goim.push.RoomCast.$Shape} RoomCast
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.RoomCast & goim.push.RoomCast.$Shape;
        }

        namespace RoomCast {

            /** Properties of a RoomCast. */
            interface $Properties {

                /** RoomCast epoch */
                epoch?: (string|null);

                /** RoomCast prev */
                prev?: (number|Long|null);

                /** RoomCast entries */
                entries?: (goim.push.CastEntry.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomCast. */
            type $Shape = goim.push.RoomCast.$Properties;
        }

        /**
         * Properties of a DigestRoom.
         * @deprecated Use goim.push.DigestRoom.$Properties instead.
         */
        interface IDigestRoom extends goim.push.DigestRoom.$Properties {
        }

        /** Represents a DigestRoom. */
        class DigestRoom {

            /**
             * Constructs a new DigestRoom.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.DigestRoom.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DigestRoom room. */
            room: string;

            /** DigestRoom last. */
            last: (number|Long);

            /**
             * Creates a new DigestRoom instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DigestRoom instance
             */
            static create(properties: goim.push.DigestRoom.$Shape): goim.push.DigestRoom & goim.push.DigestRoom.$Shape;
            static create(properties?: goim.push.DigestRoom.$Properties): goim.push.DigestRoom;

            /**
             * Encodes the specified DigestRoom message. Does not implicitly {@link goim.push.DigestRoom.verify|verify} messages.
             * @param message DigestRoom message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.DigestRoom.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DigestRoom message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.DigestRoom & goim.push.DigestRoom.$Shape} DigestRoom
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.DigestRoom & goim.push.DigestRoom.$Shape;
        }

        namespace DigestRoom {

            /** Properties of a DigestRoom. */
            interface $Properties {

                /** DigestRoom room */
                room?: (string|null);

                /** DigestRoom last */
                last?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DigestRoom. */
            type $Shape = goim.push.DigestRoom.$Properties;
        }

        /**
         * Properties of a Digest.
         * @deprecated Use goim.push.Digest.$Properties instead.
         */
        interface IDigest extends goim.push.Digest.$Properties {
        }

        /** Represents a Digest. */
        class Digest {

            /**
             * Constructs a new Digest.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.Digest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Digest epoch. */
            epoch: string;

            /** Digest job. */
            job: string;

            /** Digest term. */
            term: (number|Long);

            /** Digest n. */
            n: (number|Long);

            /** Digest part. */
            part: number;

            /** Digest parts. */
            parts: number;

            /** Digest rooms. */
            rooms: goim.push.DigestRoom.$Properties[];

            /**
             * Creates a new Digest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Digest instance
             */
            static create(properties: goim.push.Digest.$Shape): goim.push.Digest & goim.push.Digest.$Shape;
            static create(properties?: goim.push.Digest.$Properties): goim.push.Digest;

            /**
             * Encodes the specified Digest message. Does not implicitly {@link goim.push.Digest.verify|verify} messages.
             * @param message Digest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.Digest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Digest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.Digest & goim.push.Digest.$Shape} Digest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.Digest & goim.push.Digest.$Shape;
        }

        namespace Digest {

            /** Properties of a Digest. */
            interface $Properties {

                /** Digest epoch */
                epoch?: (string|null);

                /** Digest job */
                job?: (string|null);

                /** Digest term */
                term?: (number|Long|null);

                /** Digest n */
                n?: (number|Long|null);

                /** Digest part */
                part?: (number|null);

                /** Digest parts */
                parts?: (number|null);

                /** Digest rooms */
                rooms?: (goim.push.DigestRoom.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Digest. */
            type $Shape = goim.push.Digest.$Properties;
        }

        /**
         * Properties of a DigestReq.
         * @deprecated Use goim.push.DigestReq.$Properties instead.
         */
        interface IDigestReq extends goim.push.DigestReq.$Properties {
        }

        /** Represents a DigestReq. */
        class DigestReq {

            /**
             * Constructs a new DigestReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.DigestReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DigestReq stream. */
            stream: string;

            /** DigestReq shard. */
            shard: number;

            /**
             * Creates a new DigestReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DigestReq instance
             */
            static create(properties: goim.push.DigestReq.$Shape): goim.push.DigestReq & goim.push.DigestReq.$Shape;
            static create(properties?: goim.push.DigestReq.$Properties): goim.push.DigestReq;

            /**
             * Encodes the specified DigestReq message. Does not implicitly {@link goim.push.DigestReq.verify|verify} messages.
             * @param message DigestReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.DigestReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DigestReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.DigestReq & goim.push.DigestReq.$Shape} DigestReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.DigestReq & goim.push.DigestReq.$Shape;
        }

        namespace DigestReq {

            /** Properties of a DigestReq. */
            interface $Properties {

                /** DigestReq stream */
                stream?: (string|null);

                /** DigestReq shard */
                shard?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DigestReq. */
            type $Shape = goim.push.DigestReq.$Properties;
        }

        /**
         * Properties of a DigestReply.
         * @deprecated Use goim.push.DigestReply.$Properties instead.
         */
        interface IDigestReply extends goim.push.DigestReply.$Properties {
        }

        /** Represents a DigestReply. */
        class DigestReply {

            /**
             * Constructs a new DigestReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.push.DigestReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DigestReply owner. */
            owner: boolean;

            /** DigestReply epoch. */
            epoch: string;

            /** DigestReply term. */
            term: (number|Long);

            /** DigestReply n. */
            n: (number|Long);

            /** DigestReply rooms. */
            rooms: goim.push.DigestRoom.$Properties[];

            /**
             * Creates a new DigestReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DigestReply instance
             */
            static create(properties: goim.push.DigestReply.$Shape): goim.push.DigestReply & goim.push.DigestReply.$Shape;
            static create(properties?: goim.push.DigestReply.$Properties): goim.push.DigestReply;

            /**
             * Encodes the specified DigestReply message. Does not implicitly {@link goim.push.DigestReply.verify|verify} messages.
             * @param message DigestReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.push.DigestReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DigestReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.push.DigestReply & goim.push.DigestReply.$Shape} DigestReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.push.DigestReply & goim.push.DigestReply.$Shape;
        }

        namespace DigestReply {

            /** Properties of a DigestReply. */
            interface $Properties {

                /** DigestReply owner */
                owner?: (boolean|null);

                /** DigestReply epoch */
                epoch?: (string|null);

                /** DigestReply term */
                term?: (number|Long|null);

                /** DigestReply n */
                n?: (number|Long|null);

                /** DigestReply rooms */
                rooms?: (goim.push.DigestRoom.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DigestReply. */
            type $Shape = goim.push.DigestReply.$Properties;
        }
    }

    /** Namespace comet. */
    namespace comet {

        /**
         * Properties of a DeliverItem.
         * @deprecated Use goim.comet.DeliverItem.$Properties instead.
         */
        interface IDeliverItem extends goim.comet.DeliverItem.$Properties {
        }

        /** Represents a DeliverItem. */
        class DeliverItem {

            /**
             * Constructs a new DeliverItem.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.DeliverItem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliverItem mid. */
            mid: string;

            /** DeliverItem keys. */
            keys: string[];

            /** DeliverItem entries. */
            entries: goim.push.CastEntry.$Properties[];

            /** DeliverItem prev. */
            prev?: (number|Long|null);

            /**
             * Creates a new DeliverItem instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeliverItem instance
             */
            static create(properties: goim.comet.DeliverItem.$Shape): goim.comet.DeliverItem & goim.comet.DeliverItem.$Shape;
            static create(properties?: goim.comet.DeliverItem.$Properties): goim.comet.DeliverItem;

            /**
             * Encodes the specified DeliverItem message. Does not implicitly {@link goim.comet.DeliverItem.verify|verify} messages.
             * @param message DeliverItem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.DeliverItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliverItem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.DeliverItem & goim.comet.DeliverItem.$Shape} DeliverItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.DeliverItem & goim.comet.DeliverItem.$Shape;
        }

        namespace DeliverItem {

            /** Properties of a DeliverItem. */
            interface $Properties {

                /** DeliverItem mid */
                mid?: (string|null);

                /** DeliverItem keys */
                keys?: (string[]|null);

                /** DeliverItem entries */
                entries?: (goim.push.CastEntry.$Properties[]|null);

                /** DeliverItem prev */
                prev?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeliverItem. */
            type $Shape = goim.comet.DeliverItem.$Properties;
        }

        /**
         * Properties of a DeliverReq.
         * @deprecated Use goim.comet.DeliverReq.$Properties instead.
         */
        interface IDeliverReq extends goim.comet.DeliverReq.$Properties {
        }

        /** Represents a DeliverReq. */
        class DeliverReq {

            /**
             * Constructs a new DeliverReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.DeliverReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliverReq incarnation. */
            incarnation: string;

            /** DeliverReq epoch. */
            epoch: string;

            /** DeliverReq items. */
            items: goim.comet.DeliverItem.$Properties[];

            /**
             * Creates a new DeliverReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeliverReq instance
             */
            static create(properties: goim.comet.DeliverReq.$Shape): goim.comet.DeliverReq & goim.comet.DeliverReq.$Shape;
            static create(properties?: goim.comet.DeliverReq.$Properties): goim.comet.DeliverReq;

            /**
             * Encodes the specified DeliverReq message. Does not implicitly {@link goim.comet.DeliverReq.verify|verify} messages.
             * @param message DeliverReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.DeliverReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliverReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.DeliverReq & goim.comet.DeliverReq.$Shape} DeliverReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.DeliverReq & goim.comet.DeliverReq.$Shape;
        }

        namespace DeliverReq {

            /** Properties of a DeliverReq. */
            interface $Properties {

                /** DeliverReq incarnation */
                incarnation?: (string|null);

                /** DeliverReq epoch */
                epoch?: (string|null);

                /** DeliverReq items */
                items?: (goim.comet.DeliverItem.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeliverReq. */
            type $Shape = goim.comet.DeliverReq.$Properties;
        }

        /**
         * Properties of a DeliverResult.
         * @deprecated Use goim.comet.DeliverResult.$Properties instead.
         */
        interface IDeliverResult extends goim.comet.DeliverResult.$Properties {
        }

        /** Represents a DeliverResult. */
        class DeliverResult {

            /**
             * Constructs a new DeliverResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.DeliverResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliverResult delivered. */
            delivered: number;

            /** DeliverResult unknown. */
            unknown: string[];

            /**
             * Creates a new DeliverResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeliverResult instance
             */
            static create(properties: goim.comet.DeliverResult.$Shape): goim.comet.DeliverResult & goim.comet.DeliverResult.$Shape;
            static create(properties?: goim.comet.DeliverResult.$Properties): goim.comet.DeliverResult;

            /**
             * Encodes the specified DeliverResult message. Does not implicitly {@link goim.comet.DeliverResult.verify|verify} messages.
             * @param message DeliverResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.DeliverResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliverResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.DeliverResult & goim.comet.DeliverResult.$Shape} DeliverResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.DeliverResult & goim.comet.DeliverResult.$Shape;
        }

        namespace DeliverResult {

            /** Properties of a DeliverResult. */
            interface $Properties {

                /** DeliverResult delivered */
                delivered?: (number|null);

                /** DeliverResult unknown */
                unknown?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeliverResult. */
            type $Shape = goim.comet.DeliverResult.$Properties;
        }

        /**
         * Properties of a DeliverReply.
         * @deprecated Use goim.comet.DeliverReply.$Properties instead.
         */
        interface IDeliverReply extends goim.comet.DeliverReply.$Properties {
        }

        /** Represents a DeliverReply. */
        class DeliverReply {

            /**
             * Constructs a new DeliverReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.DeliverReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeliverReply stale. */
            stale: boolean;

            /** DeliverReply results. */
            results: goim.comet.DeliverResult.$Properties[];

            /**
             * Creates a new DeliverReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeliverReply instance
             */
            static create(properties: goim.comet.DeliverReply.$Shape): goim.comet.DeliverReply & goim.comet.DeliverReply.$Shape;
            static create(properties?: goim.comet.DeliverReply.$Properties): goim.comet.DeliverReply;

            /**
             * Encodes the specified DeliverReply message. Does not implicitly {@link goim.comet.DeliverReply.verify|verify} messages.
             * @param message DeliverReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.DeliverReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeliverReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.DeliverReply & goim.comet.DeliverReply.$Shape} DeliverReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.DeliverReply & goim.comet.DeliverReply.$Shape;
        }

        namespace DeliverReply {

            /** Properties of a DeliverReply. */
            interface $Properties {

                /** DeliverReply stale */
                stale?: (boolean|null);

                /** DeliverReply results */
                results?: (goim.comet.DeliverResult.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeliverReply. */
            type $Shape = goim.comet.DeliverReply.$Properties;
        }

        /**
         * Properties of a CheckItem.
         * @deprecated Use goim.comet.CheckItem.$Properties instead.
         */
        interface ICheckItem extends goim.comet.CheckItem.$Properties {
        }

        /** Represents a CheckItem. */
        class CheckItem {

            /**
             * Constructs a new CheckItem.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.CheckItem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckItem mid. */
            mid: string;

            /** CheckItem last. */
            last: (number|Long);

            /**
             * Creates a new CheckItem instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckItem instance
             */
            static create(properties: goim.comet.CheckItem.$Shape): goim.comet.CheckItem & goim.comet.CheckItem.$Shape;
            static create(properties?: goim.comet.CheckItem.$Properties): goim.comet.CheckItem;

            /**
             * Encodes the specified CheckItem message. Does not implicitly {@link goim.comet.CheckItem.verify|verify} messages.
             * @param message CheckItem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.CheckItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckItem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.CheckItem & goim.comet.CheckItem.$Shape} CheckItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.CheckItem & goim.comet.CheckItem.$Shape;
        }

        namespace CheckItem {

            /** Properties of a CheckItem. */
            interface $Properties {

                /** CheckItem mid */
                mid?: (string|null);

                /** CheckItem last */
                last?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckItem. */
            type $Shape = goim.comet.CheckItem.$Properties;
        }

        /**
         * Properties of a CheckReq.
         * @deprecated Use goim.comet.CheckReq.$Properties instead.
         */
        interface ICheckReq extends goim.comet.CheckReq.$Properties {
        }

        /** Represents a CheckReq. */
        class CheckReq {

            /**
             * Constructs a new CheckReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.CheckReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckReq incarnation. */
            incarnation: string;

            /** CheckReq epoch. */
            epoch: string;

            /** CheckReq items. */
            items: goim.comet.CheckItem.$Properties[];

            /** CheckReq shard. */
            shard?: (number|null);

            /**
             * Creates a new CheckReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckReq instance
             */
            static create(properties: goim.comet.CheckReq.$Shape): goim.comet.CheckReq & goim.comet.CheckReq.$Shape;
            static create(properties?: goim.comet.CheckReq.$Properties): goim.comet.CheckReq;

            /**
             * Encodes the specified CheckReq message. Does not implicitly {@link goim.comet.CheckReq.verify|verify} messages.
             * @param message CheckReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.CheckReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.CheckReq & goim.comet.CheckReq.$Shape} CheckReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.CheckReq & goim.comet.CheckReq.$Shape;
        }

        namespace CheckReq {

            /** Properties of a CheckReq. */
            interface $Properties {

                /** CheckReq incarnation */
                incarnation?: (string|null);

                /** CheckReq epoch */
                epoch?: (string|null);

                /** CheckReq items */
                items?: (goim.comet.CheckItem.$Properties[]|null);

                /** CheckReq shard */
                shard?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckReq. */
            type $Shape = goim.comet.CheckReq.$Properties;
        }

        /**
         * Properties of a CheckReply.
         * @deprecated Use goim.comet.CheckReply.$Properties instead.
         */
        interface ICheckReply extends goim.comet.CheckReply.$Properties {
        }

        /** Represents a CheckReply. */
        class CheckReply {

            /**
             * Constructs a new CheckReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.CheckReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckReply stale. */
            stale: boolean;

            /**
             * Creates a new CheckReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckReply instance
             */
            static create(properties: goim.comet.CheckReply.$Shape): goim.comet.CheckReply & goim.comet.CheckReply.$Shape;
            static create(properties?: goim.comet.CheckReply.$Properties): goim.comet.CheckReply;

            /**
             * Encodes the specified CheckReply message. Does not implicitly {@link goim.comet.CheckReply.verify|verify} messages.
             * @param message CheckReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.CheckReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.CheckReply & goim.comet.CheckReply.$Shape} CheckReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.CheckReply & goim.comet.CheckReply.$Shape;
        }

        namespace CheckReply {

            /** Properties of a CheckReply. */
            interface $Properties {

                /** CheckReply stale */
                stale?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckReply. */
            type $Shape = goim.comet.CheckReply.$Properties;
        }

        /**
         * Properties of a KickReq.
         * @deprecated Use goim.comet.KickReq.$Properties instead.
         */
        interface IKickReq extends goim.comet.KickReq.$Properties {
        }

        /** Represents a KickReq. */
        class KickReq {

            /**
             * Constructs a new KickReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.KickReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KickReq incarnation. */
            incarnation: string;

            /** KickReq conns. */
            conns: (number|Long)[];

            /** KickReq code. */
            code: number;

            /** KickReq reason. */
            reason: string;

            /**
             * Creates a new KickReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KickReq instance
             */
            static create(properties: goim.comet.KickReq.$Shape): goim.comet.KickReq & goim.comet.KickReq.$Shape;
            static create(properties?: goim.comet.KickReq.$Properties): goim.comet.KickReq;

            /**
             * Encodes the specified KickReq message. Does not implicitly {@link goim.comet.KickReq.verify|verify} messages.
             * @param message KickReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.KickReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KickReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.KickReq & goim.comet.KickReq.$Shape} KickReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.KickReq & goim.comet.KickReq.$Shape;
        }

        namespace KickReq {

            /** Properties of a KickReq. */
            interface $Properties {

                /** KickReq incarnation */
                incarnation?: (string|null);

                /** KickReq conns */
                conns?: ((number|Long)[]|null);

                /** KickReq code */
                code?: (number|null);

                /** KickReq reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KickReq. */
            type $Shape = goim.comet.KickReq.$Properties;
        }

        /**
         * Properties of a KickReply.
         * @deprecated Use goim.comet.KickReply.$Properties instead.
         */
        interface IKickReply extends goim.comet.KickReply.$Properties {
        }

        /** Represents a KickReply. */
        class KickReply {

            /**
             * Constructs a new KickReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.KickReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KickReply stale. */
            stale: boolean;

            /** KickReply closed. */
            closed: number;

            /**
             * Creates a new KickReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KickReply instance
             */
            static create(properties: goim.comet.KickReply.$Shape): goim.comet.KickReply & goim.comet.KickReply.$Shape;
            static create(properties?: goim.comet.KickReply.$Properties): goim.comet.KickReply;

            /**
             * Encodes the specified KickReply message. Does not implicitly {@link goim.comet.KickReply.verify|verify} messages.
             * @param message KickReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.KickReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KickReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.KickReply & goim.comet.KickReply.$Shape} KickReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.KickReply & goim.comet.KickReply.$Shape;
        }

        namespace KickReply {

            /** Properties of a KickReply. */
            interface $Properties {

                /** KickReply stale */
                stale?: (boolean|null);

                /** KickReply closed */
                closed?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KickReply. */
            type $Shape = goim.comet.KickReply.$Properties;
        }

        /**
         * Properties of a PresentReq.
         * @deprecated Use goim.comet.PresentReq.$Properties instead.
         */
        interface IPresentReq extends goim.comet.PresentReq.$Properties {
        }

        /** Represents a PresentReq. */
        class PresentReq {

            /**
             * Constructs a new PresentReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.PresentReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PresentReq incarnation. */
            incarnation: string;

            /** PresentReq conns. */
            conns: (number|Long)[];

            /**
             * Creates a new PresentReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PresentReq instance
             */
            static create(properties: goim.comet.PresentReq.$Shape): goim.comet.PresentReq & goim.comet.PresentReq.$Shape;
            static create(properties?: goim.comet.PresentReq.$Properties): goim.comet.PresentReq;

            /**
             * Encodes the specified PresentReq message. Does not implicitly {@link goim.comet.PresentReq.verify|verify} messages.
             * @param message PresentReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.PresentReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PresentReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.PresentReq & goim.comet.PresentReq.$Shape} PresentReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.PresentReq & goim.comet.PresentReq.$Shape;
        }

        namespace PresentReq {

            /** Properties of a PresentReq. */
            interface $Properties {

                /** PresentReq incarnation */
                incarnation?: (string|null);

                /** PresentReq conns */
                conns?: ((number|Long)[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PresentReq. */
            type $Shape = goim.comet.PresentReq.$Properties;
        }

        /**
         * Properties of a PresentReply.
         * @deprecated Use goim.comet.PresentReply.$Properties instead.
         */
        interface IPresentReply extends goim.comet.PresentReply.$Properties {
        }

        /** Represents a PresentReply. */
        class PresentReply {

            /**
             * Constructs a new PresentReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.PresentReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PresentReply stale. */
            stale: boolean;

            /** PresentReply gone. */
            gone: (number|Long)[];

            /**
             * Creates a new PresentReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PresentReply instance
             */
            static create(properties: goim.comet.PresentReply.$Shape): goim.comet.PresentReply & goim.comet.PresentReply.$Shape;
            static create(properties?: goim.comet.PresentReply.$Properties): goim.comet.PresentReply;

            /**
             * Encodes the specified PresentReply message. Does not implicitly {@link goim.comet.PresentReply.verify|verify} messages.
             * @param message PresentReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.PresentReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PresentReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.PresentReply & goim.comet.PresentReply.$Shape} PresentReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.PresentReply & goim.comet.PresentReply.$Shape;
        }

        namespace PresentReply {

            /** Properties of a PresentReply. */
            interface $Properties {

                /** PresentReply stale */
                stale?: (boolean|null);

                /** PresentReply gone */
                gone?: ((number|Long)[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PresentReply. */
            type $Shape = goim.comet.PresentReply.$Properties;
        }

        /**
         * Properties of a RulesReq.
         * @deprecated Use goim.comet.RulesReq.$Properties instead.
         */
        interface IRulesReq extends goim.comet.RulesReq.$Properties {
        }

        /** Represents a RulesReq. */
        class RulesReq {

            /**
             * Constructs a new RulesReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.RulesReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RulesReq bucket. */
            bucket: string;

            /** RulesReq revision. */
            revision: (number|Long);

            /** RulesReq waitMs. */
            waitMs: number;

            /** RulesReq epoch. */
            epoch: string;

            /**
             * Creates a new RulesReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RulesReq instance
             */
            static create(properties: goim.comet.RulesReq.$Shape): goim.comet.RulesReq & goim.comet.RulesReq.$Shape;
            static create(properties?: goim.comet.RulesReq.$Properties): goim.comet.RulesReq;

            /**
             * Encodes the specified RulesReq message. Does not implicitly {@link goim.comet.RulesReq.verify|verify} messages.
             * @param message RulesReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.RulesReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RulesReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.RulesReq & goim.comet.RulesReq.$Shape} RulesReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.RulesReq & goim.comet.RulesReq.$Shape;
        }

        namespace RulesReq {

            /** Properties of a RulesReq. */
            interface $Properties {

                /** RulesReq bucket */
                bucket?: (string|null);

                /** RulesReq revision */
                revision?: (number|Long|null);

                /** RulesReq waitMs */
                waitMs?: (number|null);

                /** RulesReq epoch */
                epoch?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RulesReq. */
            type $Shape = goim.comet.RulesReq.$Properties;
        }

        /**
         * Properties of a RulesReply.
         * @deprecated Use goim.comet.RulesReply.$Properties instead.
         */
        interface IRulesReply extends goim.comet.RulesReply.$Properties {
        }

        /** Represents a RulesReply. */
        class RulesReply {

            /**
             * Constructs a new RulesReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.RulesReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RulesReply reached. */
            reached: boolean;

            /**
             * Creates a new RulesReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RulesReply instance
             */
            static create(properties: goim.comet.RulesReply.$Shape): goim.comet.RulesReply & goim.comet.RulesReply.$Shape;
            static create(properties?: goim.comet.RulesReply.$Properties): goim.comet.RulesReply;

            /**
             * Encodes the specified RulesReply message. Does not implicitly {@link goim.comet.RulesReply.verify|verify} messages.
             * @param message RulesReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.RulesReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RulesReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.RulesReply & goim.comet.RulesReply.$Shape} RulesReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.RulesReply & goim.comet.RulesReply.$Shape;
        }

        namespace RulesReply {

            /** Properties of a RulesReply. */
            interface $Properties {

                /** RulesReply reached */
                reached?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RulesReply. */
            type $Shape = goim.comet.RulesReply.$Properties;
        }

        /**
         * Properties of a RoomsReq.
         * @deprecated Use goim.comet.RoomsReq.$Properties instead.
         */
        interface IRoomsReq extends goim.comet.RoomsReq.$Properties {
        }

        /** Represents a RoomsReq. */
        class RoomsReq {

            /**
             * Constructs a new RoomsReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.RoomsReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new RoomsReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomsReq instance
             */
            static create(properties: goim.comet.RoomsReq.$Shape): goim.comet.RoomsReq & goim.comet.RoomsReq.$Shape;
            static create(properties?: goim.comet.RoomsReq.$Properties): goim.comet.RoomsReq;

            /**
             * Encodes the specified RoomsReq message. Does not implicitly {@link goim.comet.RoomsReq.verify|verify} messages.
             * @param message RoomsReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.RoomsReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomsReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.RoomsReq & goim.comet.RoomsReq.$Shape} RoomsReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.RoomsReq & goim.comet.RoomsReq.$Shape;
        }

        namespace RoomsReq {

            /** Properties of a RoomsReq. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomsReq. */
            type $Shape = goim.comet.RoomsReq.$Properties;
        }

        /**
         * Properties of a RoomsReply.
         * @deprecated Use goim.comet.RoomsReply.$Properties instead.
         */
        interface IRoomsReply extends goim.comet.RoomsReply.$Properties {
        }

        /** Represents a RoomsReply. */
        class RoomsReply {

            /**
             * Constructs a new RoomsReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.RoomsReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomsReply rooms. */
            rooms: { [k: string]: number };

            /** RoomsReply incarnation. */
            incarnation: string;

            /** RoomsReply n. */
            n: (number|Long);

            /**
             * Creates a new RoomsReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomsReply instance
             */
            static create(properties: goim.comet.RoomsReply.$Shape): goim.comet.RoomsReply & goim.comet.RoomsReply.$Shape;
            static create(properties?: goim.comet.RoomsReply.$Properties): goim.comet.RoomsReply;

            /**
             * Encodes the specified RoomsReply message. Does not implicitly {@link goim.comet.RoomsReply.verify|verify} messages.
             * @param message RoomsReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.RoomsReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomsReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.RoomsReply & goim.comet.RoomsReply.$Shape} RoomsReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.RoomsReply & goim.comet.RoomsReply.$Shape;
        }

        namespace RoomsReply {

            /** Properties of a RoomsReply. */
            interface $Properties {

                /** RoomsReply rooms */
                rooms?: ({ [k: string]: number }|null);

                /** RoomsReply incarnation */
                incarnation?: (string|null);

                /** RoomsReply n */
                n?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomsReply. */
            type $Shape = goim.comet.RoomsReply.$Properties;
        }

        /**
         * Properties of a RoomCounts.
         * @deprecated Use goim.comet.RoomCounts.$Properties instead.
         */
        interface IRoomCounts extends goim.comet.RoomCounts.$Properties {
        }

        /** Represents a RoomCounts. */
        class RoomCounts {

            /**
             * Constructs a new RoomCounts.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.RoomCounts.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomCounts comet. */
            comet: string;

            /** RoomCounts incarnation. */
            incarnation: string;

            /** RoomCounts n. */
            n: (number|Long);

            /** RoomCounts snapshot. */
            snapshot: boolean;

            /** RoomCounts rooms. */
            rooms: { [k: string]: number };

            /** RoomCounts connections. */
            connections: number;

            /** RoomCounts ips. */
            ips: number;

            /**
             * Creates a new RoomCounts instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomCounts instance
             */
            static create(properties: goim.comet.RoomCounts.$Shape): goim.comet.RoomCounts & goim.comet.RoomCounts.$Shape;
            static create(properties?: goim.comet.RoomCounts.$Properties): goim.comet.RoomCounts;

            /**
             * Encodes the specified RoomCounts message. Does not implicitly {@link goim.comet.RoomCounts.verify|verify} messages.
             * @param message RoomCounts message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.RoomCounts.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomCounts message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.RoomCounts & goim.comet.RoomCounts.$Shape} RoomCounts
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.RoomCounts & goim.comet.RoomCounts.$Shape;
        }

        namespace RoomCounts {

            /** Properties of a RoomCounts. */
            interface $Properties {

                /** RoomCounts comet */
                comet?: (string|null);

                /** RoomCounts incarnation */
                incarnation?: (string|null);

                /** RoomCounts n */
                n?: (number|Long|null);

                /** RoomCounts snapshot */
                snapshot?: (boolean|null);

                /** RoomCounts rooms */
                rooms?: ({ [k: string]: number }|null);

                /** RoomCounts connections */
                connections?: (number|null);

                /** RoomCounts ips */
                ips?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomCounts. */
            type $Shape = goim.comet.RoomCounts.$Properties;
        }

        /**
         * Properties of a RoomChanged.
         * @deprecated Use goim.comet.RoomChanged.$Properties instead.
         */
        interface IRoomChanged extends goim.comet.RoomChanged.$Properties {
        }

        /** Represents a RoomChanged. */
        class RoomChanged {

            /**
             * Constructs a new RoomChanged.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.comet.RoomChanged.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomChanged room. */
            room: string;

            /** RoomChanged mids. */
            mids: string[];

            /** RoomChanged guard. */
            guard: (number|Long);

            /** RoomChanged offset. */
            offset: (number|Long);

            /** RoomChanged epoch. */
            epoch: string;

            /** RoomChanged out. */
            out: boolean;

            /**
             * Creates a new RoomChanged instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomChanged instance
             */
            static create(properties: goim.comet.RoomChanged.$Shape): goim.comet.RoomChanged & goim.comet.RoomChanged.$Shape;
            static create(properties?: goim.comet.RoomChanged.$Properties): goim.comet.RoomChanged;

            /**
             * Encodes the specified RoomChanged message. Does not implicitly {@link goim.comet.RoomChanged.verify|verify} messages.
             * @param message RoomChanged message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.comet.RoomChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomChanged message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.comet.RoomChanged & goim.comet.RoomChanged.$Shape} RoomChanged
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.comet.RoomChanged & goim.comet.RoomChanged.$Shape;
        }

        namespace RoomChanged {

            /** Properties of a RoomChanged. */
            interface $Properties {

                /** RoomChanged room */
                room?: (string|null);

                /** RoomChanged mids */
                mids?: (string[]|null);

                /** RoomChanged guard */
                guard?: (number|Long|null);

                /** RoomChanged offset */
                offset?: (number|Long|null);

                /** RoomChanged epoch */
                epoch?: (string|null);

                /** RoomChanged out */
                out?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomChanged. */
            type $Shape = goim.comet.RoomChanged.$Properties;
        }
    }

    /** Namespace logic. */
    namespace logic {

        /**
         * Properties of a ConnectReq.
         * @deprecated Use goim.logic.ConnectReq.$Properties instead.
         */
        interface IConnectReq extends goim.logic.ConnectReq.$Properties {
        }

        /** Represents a ConnectReq. */
        class ConnectReq {

            /**
             * Constructs a new ConnectReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.ConnectReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ConnectReq server. */
            server: string;

            /** ConnectReq cookie. */
            cookie: string;

            /** ConnectReq token. */
            token: Uint8Array;

            /** ConnectReq incarnation. */
            incarnation: string;

            /** ConnectReq conn. */
            conn: (number|Long);

            /** ConnectReq clientIp. */
            clientIp: string;

            /** ConnectReq transport. */
            transport: string;

            /** ConnectReq ver. */
            ver: number;

            /** ConnectReq origin. */
            origin: string;

            /** ConnectReq signedOnly. */
            signedOnly: boolean;

            /**
             * Creates a new ConnectReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ConnectReq instance
             */
            static create(properties: goim.logic.ConnectReq.$Shape): goim.logic.ConnectReq & goim.logic.ConnectReq.$Shape;
            static create(properties?: goim.logic.ConnectReq.$Properties): goim.logic.ConnectReq;

            /**
             * Encodes the specified ConnectReq message. Does not implicitly {@link goim.logic.ConnectReq.verify|verify} messages.
             * @param message ConnectReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.ConnectReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ConnectReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.ConnectReq & goim.logic.ConnectReq.$Shape} ConnectReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.ConnectReq & goim.logic.ConnectReq.$Shape;
        }

        namespace ConnectReq {

            /** Properties of a ConnectReq. */
            interface $Properties {

                /** ConnectReq server */
                server?: (string|null);

                /** ConnectReq cookie */
                cookie?: (string|null);

                /** ConnectReq token */
                token?: (Uint8Array|null);

                /** ConnectReq incarnation */
                incarnation?: (string|null);

                /** ConnectReq conn */
                conn?: (number|Long|null);

                /** ConnectReq clientIp */
                clientIp?: (string|null);

                /** ConnectReq transport */
                transport?: (string|null);

                /** ConnectReq ver */
                ver?: (number|null);

                /** ConnectReq origin */
                origin?: (string|null);

                /** ConnectReq signedOnly */
                signedOnly?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ConnectReq. */
            type $Shape = goim.logic.ConnectReq.$Properties;
        }

        /**
         * Properties of a ConnectReply.
         * @deprecated Use goim.logic.ConnectReply.$Properties instead.
         */
        interface IConnectReply extends goim.logic.ConnectReply.$Properties {
        }

        /** Represents a ConnectReply. */
        class ConnectReply {

            /**
             * Constructs a new ConnectReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.ConnectReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ConnectReply mid. */
            mid: (number|Long);

            /** ConnectReply key. */
            key: string;

            /** ConnectReply roomID. */
            roomID: string;

            /** ConnectReply accepts. */
            accepts: number[];

            /** ConnectReply heartbeat. */
            heartbeat: (number|Long);

            /** ConnectReply error. */
            error: string;

            /** ConnectReply errorText. */
            errorText: string;

            /** ConnectReply heartbeatMax. */
            heartbeatMax: number;

            /** ConnectReply platform. */
            platform: string;

            /** ConnectReply maxPerKey. */
            maxPerKey: number;

            /** ConnectReply device. */
            device: string;

            /** ConnectReply since. */
            since: (number|Long);

            /** ConnectReply mail. */
            mail?: (goim.logic.Mail.$Properties|null);

            /** ConnectReply allCursor. */
            allCursor?: (number|Long|null);

            /** ConnectReply grant. */
            grant?: (goim.logic.Grant.$Properties|null);

            /**
             * Creates a new ConnectReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ConnectReply instance
             */
            static create(properties: goim.logic.ConnectReply.$Shape): goim.logic.ConnectReply & goim.logic.ConnectReply.$Shape;
            static create(properties?: goim.logic.ConnectReply.$Properties): goim.logic.ConnectReply;

            /**
             * Encodes the specified ConnectReply message. Does not implicitly {@link goim.logic.ConnectReply.verify|verify} messages.
             * @param message ConnectReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.ConnectReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ConnectReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.ConnectReply & goim.logic.ConnectReply.$Shape} ConnectReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.ConnectReply & goim.logic.ConnectReply.$Shape;
        }

        namespace ConnectReply {

            /** Properties of a ConnectReply. */
            interface $Properties {

                /** ConnectReply mid */
                mid?: (number|Long|null);

                /** ConnectReply key */
                key?: (string|null);

                /** ConnectReply roomID */
                roomID?: (string|null);

                /** ConnectReply accepts */
                accepts?: (number[]|null);

                /** ConnectReply heartbeat */
                heartbeat?: (number|Long|null);

                /** ConnectReply error */
                error?: (string|null);

                /** ConnectReply errorText */
                errorText?: (string|null);

                /** ConnectReply heartbeatMax */
                heartbeatMax?: (number|null);

                /** ConnectReply platform */
                platform?: (string|null);

                /** ConnectReply maxPerKey */
                maxPerKey?: (number|null);

                /** ConnectReply device */
                device?: (string|null);

                /** ConnectReply since */
                since?: (number|Long|null);

                /** ConnectReply mail */
                mail?: (goim.logic.Mail.$Properties|null);

                /** ConnectReply allCursor */
                allCursor?: (number|Long|null);

                /** ConnectReply grant */
                grant?: (goim.logic.Grant.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ConnectReply. */
            type $Shape = goim.logic.ConnectReply.$Properties;
        }

        /**
         * Properties of a RoomRule.
         * @deprecated Use goim.logic.RoomRule.$Properties instead.
         */
        interface IRoomRule extends goim.logic.RoomRule.$Properties {
        }

        /** Represents a RoomRule. */
        class RoomRule {

            /**
             * Constructs a new RoomRule.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.RoomRule.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomRule pattern. */
            pattern: string;

            /** RoomRule role. */
            role: string;

            /**
             * Creates a new RoomRule instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomRule instance
             */
            static create(properties: goim.logic.RoomRule.$Shape): goim.logic.RoomRule & goim.logic.RoomRule.$Shape;
            static create(properties?: goim.logic.RoomRule.$Properties): goim.logic.RoomRule;

            /**
             * Encodes the specified RoomRule message. Does not implicitly {@link goim.logic.RoomRule.verify|verify} messages.
             * @param message RoomRule message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.RoomRule.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomRule message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.RoomRule & goim.logic.RoomRule.$Shape} RoomRule
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.RoomRule & goim.logic.RoomRule.$Shape;
        }

        namespace RoomRule {

            /** Properties of a RoomRule. */
            interface $Properties {

                /** RoomRule pattern */
                pattern?: (string|null);

                /** RoomRule role */
                role?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomRule. */
            type $Shape = goim.logic.RoomRule.$Properties;
        }

        /**
         * Properties of a Grant.
         * @deprecated Use goim.logic.Grant.$Properties instead.
         */
        interface IGrant extends goim.logic.Grant.$Properties {
        }

        /** Represents a Grant. */
        class Grant {

            /**
             * Constructs a new Grant.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.Grant.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Grant rooms. */
            rooms: goim.logic.RoomRule.$Properties[];

            /** Grant roomsLimited. */
            roomsLimited: boolean;

            /** Grant expiresAt. */
            expiresAt: (number|Long);

            /** Grant issuedAt. */
            issuedAt: (number|Long);

            /** Grant tokenId. */
            tokenId: string;

            /** Grant limits. */
            limits: { [k: string]: number };

            /** Grant keyId. */
            keyId: string;

            /**
             * Creates a new Grant instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Grant instance
             */
            static create(properties: goim.logic.Grant.$Shape): goim.logic.Grant & goim.logic.Grant.$Shape;
            static create(properties?: goim.logic.Grant.$Properties): goim.logic.Grant;

            /**
             * Encodes the specified Grant message. Does not implicitly {@link goim.logic.Grant.verify|verify} messages.
             * @param message Grant message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.Grant.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Grant message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.Grant & goim.logic.Grant.$Shape} Grant
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.Grant & goim.logic.Grant.$Shape;
        }

        namespace Grant {

            /** Properties of a Grant. */
            interface $Properties {

                /** Grant rooms */
                rooms?: (goim.logic.RoomRule.$Properties[]|null);

                /** Grant roomsLimited */
                roomsLimited?: (boolean|null);

                /** Grant expiresAt */
                expiresAt?: (number|Long|null);

                /** Grant issuedAt */
                issuedAt?: (number|Long|null);

                /** Grant tokenId */
                tokenId?: (string|null);

                /** Grant limits */
                limits?: ({ [k: string]: number }|null);

                /** Grant keyId */
                keyId?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Grant. */
            type $Shape = goim.logic.Grant.$Properties;
        }

        /**
         * Properties of a RefreshReq.
         * @deprecated Use goim.logic.RefreshReq.$Properties instead.
         */
        interface IRefreshReq extends goim.logic.RefreshReq.$Properties {
        }

        /** Represents a RefreshReq. */
        class RefreshReq {

            /**
             * Constructs a new RefreshReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.RefreshReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RefreshReq mid. */
            mid: string;

            /** RefreshReq key. */
            key: string;

            /** RefreshReq token. */
            token: Uint8Array;

            /** RefreshReq server. */
            server: string;

            /** RefreshReq clientIp. */
            clientIp: string;

            /** RefreshReq transport. */
            transport: string;

            /** RefreshReq ver. */
            ver: number;

            /** RefreshReq signedOnly. */
            signedOnly: boolean;

            /**
             * Creates a new RefreshReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RefreshReq instance
             */
            static create(properties: goim.logic.RefreshReq.$Shape): goim.logic.RefreshReq & goim.logic.RefreshReq.$Shape;
            static create(properties?: goim.logic.RefreshReq.$Properties): goim.logic.RefreshReq;

            /**
             * Encodes the specified RefreshReq message. Does not implicitly {@link goim.logic.RefreshReq.verify|verify} messages.
             * @param message RefreshReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.RefreshReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RefreshReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.RefreshReq & goim.logic.RefreshReq.$Shape} RefreshReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.RefreshReq & goim.logic.RefreshReq.$Shape;
        }

        namespace RefreshReq {

            /** Properties of a RefreshReq. */
            interface $Properties {

                /** RefreshReq mid */
                mid?: (string|null);

                /** RefreshReq key */
                key?: (string|null);

                /** RefreshReq token */
                token?: (Uint8Array|null);

                /** RefreshReq server */
                server?: (string|null);

                /** RefreshReq clientIp */
                clientIp?: (string|null);

                /** RefreshReq transport */
                transport?: (string|null);

                /** RefreshReq ver */
                ver?: (number|null);

                /** RefreshReq signedOnly */
                signedOnly?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RefreshReq. */
            type $Shape = goim.logic.RefreshReq.$Properties;
        }

        /**
         * Properties of a RefreshReply.
         * @deprecated Use goim.logic.RefreshReply.$Properties instead.
         */
        interface IRefreshReply extends goim.logic.RefreshReply.$Properties {
        }

        /** Represents a RefreshReply. */
        class RefreshReply {

            /**
             * Constructs a new RefreshReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.RefreshReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RefreshReply grant. */
            grant?: (goim.logic.Grant.$Properties|null);

            /** RefreshReply error. */
            error: string;

            /** RefreshReply errorText. */
            errorText: string;

            /**
             * Creates a new RefreshReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RefreshReply instance
             */
            static create(properties: goim.logic.RefreshReply.$Shape): goim.logic.RefreshReply & goim.logic.RefreshReply.$Shape;
            static create(properties?: goim.logic.RefreshReply.$Properties): goim.logic.RefreshReply;

            /**
             * Encodes the specified RefreshReply message. Does not implicitly {@link goim.logic.RefreshReply.verify|verify} messages.
             * @param message RefreshReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.RefreshReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RefreshReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.RefreshReply & goim.logic.RefreshReply.$Shape} RefreshReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.RefreshReply & goim.logic.RefreshReply.$Shape;
        }

        namespace RefreshReply {

            /** Properties of a RefreshReply. */
            interface $Properties {

                /** RefreshReply grant */
                grant?: (goim.logic.Grant.$Properties|null);

                /** RefreshReply error */
                error?: (string|null);

                /** RefreshReply errorText */
                errorText?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RefreshReply. */
            type $Shape = goim.logic.RefreshReply.$Properties;
        }

        /**
         * Properties of a Kept.
         * @deprecated Use goim.logic.Kept.$Properties instead.
         */
        interface IKept extends goim.logic.Kept.$Properties {
        }

        /** Represents a Kept. */
        class Kept {

            /**
             * Constructs a new Kept.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.Kept.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Kept epoch. */
            epoch: string;

            /** Kept offset. */
            offset: (number|Long);

            /** Kept entries. */
            entries: goim.push.CastEntry.$Properties[];

            /**
             * Creates a new Kept instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Kept instance
             */
            static create(properties: goim.logic.Kept.$Shape): goim.logic.Kept & goim.logic.Kept.$Shape;
            static create(properties?: goim.logic.Kept.$Properties): goim.logic.Kept;

            /**
             * Encodes the specified Kept message. Does not implicitly {@link goim.logic.Kept.verify|verify} messages.
             * @param message Kept message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.Kept.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Kept message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.Kept & goim.logic.Kept.$Shape} Kept
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.Kept & goim.logic.Kept.$Shape;
        }

        namespace Kept {

            /** Properties of a Kept. */
            interface $Properties {

                /** Kept epoch */
                epoch?: (string|null);

                /** Kept offset */
                offset?: (number|Long|null);

                /** Kept entries */
                entries?: (goim.push.CastEntry.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Kept. */
            type $Shape = goim.logic.Kept.$Properties;
        }

        /**
         * Properties of a Mail.
         * @deprecated Use goim.logic.Mail.$Properties instead.
         */
        interface IMail extends goim.logic.Mail.$Properties {
        }

        /** Represents a Mail. */
        class Mail {

            /**
             * Constructs a new Mail.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.Mail.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Mail epoch. */
            epoch: string;

            /** Mail cursor. */
            cursor: (number|Long);

            /** Mail last. */
            last: (number|Long);

            /** Mail oldest. */
            oldest: (number|Long);

            /** Mail entries. */
            entries: goim.push.MailEntry.$Properties[];

            /** Mail through. */
            through: (number|Long);

            /**
             * Creates a new Mail instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Mail instance
             */
            static create(properties: goim.logic.Mail.$Shape): goim.logic.Mail & goim.logic.Mail.$Shape;
            static create(properties?: goim.logic.Mail.$Properties): goim.logic.Mail;

            /**
             * Encodes the specified Mail message. Does not implicitly {@link goim.logic.Mail.verify|verify} messages.
             * @param message Mail message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.Mail.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Mail message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.Mail & goim.logic.Mail.$Shape} Mail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.Mail & goim.logic.Mail.$Shape;
        }

        namespace Mail {

            /** Properties of a Mail. */
            interface $Properties {

                /** Mail epoch */
                epoch?: (string|null);

                /** Mail cursor */
                cursor?: (number|Long|null);

                /** Mail last */
                last?: (number|Long|null);

                /** Mail oldest */
                oldest?: (number|Long|null);

                /** Mail entries */
                entries?: (goim.push.MailEntry.$Properties[]|null);

                /** Mail through */
                through?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Mail. */
            type $Shape = goim.logic.Mail.$Properties;
        }

        /**
         * Properties of a MailboxRead.
         * @deprecated Use goim.logic.MailboxRead.$Properties instead.
         */
        interface IMailboxRead extends goim.logic.MailboxRead.$Properties {
        }

        /** Represents a MailboxRead. */
        class MailboxRead {

            /**
             * Constructs a new MailboxRead.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.MailboxRead.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailboxRead mid. */
            mid: string;

            /** MailboxRead after. */
            after: (number|Long);

            /** MailboxRead entries. */
            entries: number;

            /** MailboxRead bytes. */
            bytes: number;

            /**
             * Creates a new MailboxRead instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailboxRead instance
             */
            static create(properties: goim.logic.MailboxRead.$Shape): goim.logic.MailboxRead & goim.logic.MailboxRead.$Shape;
            static create(properties?: goim.logic.MailboxRead.$Properties): goim.logic.MailboxRead;

            /**
             * Encodes the specified MailboxRead message. Does not implicitly {@link goim.logic.MailboxRead.verify|verify} messages.
             * @param message MailboxRead message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.MailboxRead.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailboxRead message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.MailboxRead & goim.logic.MailboxRead.$Shape} MailboxRead
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.MailboxRead & goim.logic.MailboxRead.$Shape;
        }

        namespace MailboxRead {

            /** Properties of a MailboxRead. */
            interface $Properties {

                /** MailboxRead mid */
                mid?: (string|null);

                /** MailboxRead after */
                after?: (number|Long|null);

                /** MailboxRead entries */
                entries?: (number|null);

                /** MailboxRead bytes */
                bytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailboxRead. */
            type $Shape = goim.logic.MailboxRead.$Properties;
        }

        /**
         * Properties of a MailboxReq.
         * @deprecated Use goim.logic.MailboxReq.$Properties instead.
         */
        interface IMailboxReq extends goim.logic.MailboxReq.$Properties {
        }

        /** Represents a MailboxReq. */
        class MailboxReq {

            /**
             * Constructs a new MailboxReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.MailboxReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailboxReq reads. */
            reads: goim.logic.MailboxRead.$Properties[];

            /**
             * Creates a new MailboxReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailboxReq instance
             */
            static create(properties: goim.logic.MailboxReq.$Shape): goim.logic.MailboxReq & goim.logic.MailboxReq.$Shape;
            static create(properties?: goim.logic.MailboxReq.$Properties): goim.logic.MailboxReq;

            /**
             * Encodes the specified MailboxReq message. Does not implicitly {@link goim.logic.MailboxReq.verify|verify} messages.
             * @param message MailboxReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.MailboxReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailboxReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.MailboxReq & goim.logic.MailboxReq.$Shape} MailboxReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.MailboxReq & goim.logic.MailboxReq.$Shape;
        }

        namespace MailboxReq {

            /** Properties of a MailboxReq. */
            interface $Properties {

                /** MailboxReq reads */
                reads?: (goim.logic.MailboxRead.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailboxReq. */
            type $Shape = goim.logic.MailboxReq.$Properties;
        }

        /**
         * Properties of a MailboxResult.
         * @deprecated Use goim.logic.MailboxResult.$Properties instead.
         */
        interface IMailboxResult extends goim.logic.MailboxResult.$Properties {
        }

        /** Represents a MailboxResult. */
        class MailboxResult {

            /**
             * Constructs a new MailboxResult.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.MailboxResult.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailboxResult mail. */
            mail?: (goim.logic.Mail.$Properties|null);

            /** MailboxResult error. */
            error: string;

            /** MailboxResult errorText. */
            errorText: string;

            /**
             * Creates a new MailboxResult instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailboxResult instance
             */
            static create(properties: goim.logic.MailboxResult.$Shape): goim.logic.MailboxResult & goim.logic.MailboxResult.$Shape;
            static create(properties?: goim.logic.MailboxResult.$Properties): goim.logic.MailboxResult;

            /**
             * Encodes the specified MailboxResult message. Does not implicitly {@link goim.logic.MailboxResult.verify|verify} messages.
             * @param message MailboxResult message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.MailboxResult.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailboxResult message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.MailboxResult & goim.logic.MailboxResult.$Shape} MailboxResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.MailboxResult & goim.logic.MailboxResult.$Shape;
        }

        namespace MailboxResult {

            /** Properties of a MailboxResult. */
            interface $Properties {

                /** MailboxResult mail */
                mail?: (goim.logic.Mail.$Properties|null);

                /** MailboxResult error */
                error?: (string|null);

                /** MailboxResult errorText */
                errorText?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailboxResult. */
            type $Shape = goim.logic.MailboxResult.$Properties;
        }

        /**
         * Properties of a MailboxReply.
         * @deprecated Use goim.logic.MailboxReply.$Properties instead.
         */
        interface IMailboxReply extends goim.logic.MailboxReply.$Properties {
        }

        /** Represents a MailboxReply. */
        class MailboxReply {

            /**
             * Constructs a new MailboxReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.MailboxReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailboxReply results. */
            results: goim.logic.MailboxResult.$Properties[];

            /**
             * Creates a new MailboxReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailboxReply instance
             */
            static create(properties: goim.logic.MailboxReply.$Shape): goim.logic.MailboxReply & goim.logic.MailboxReply.$Shape;
            static create(properties?: goim.logic.MailboxReply.$Properties): goim.logic.MailboxReply;

            /**
             * Encodes the specified MailboxReply message. Does not implicitly {@link goim.logic.MailboxReply.verify|verify} messages.
             * @param message MailboxReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.MailboxReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailboxReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.MailboxReply & goim.logic.MailboxReply.$Shape} MailboxReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.MailboxReply & goim.logic.MailboxReply.$Shape;
        }

        namespace MailboxReply {

            /** Properties of a MailboxReply. */
            interface $Properties {

                /** MailboxReply results */
                results?: (goim.logic.MailboxResult.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailboxReply. */
            type $Shape = goim.logic.MailboxReply.$Properties;
        }

        /**
         * Properties of an AckReq.
         * @deprecated Use goim.logic.AckReq.$Properties instead.
         */
        interface IAckReq extends goim.logic.AckReq.$Properties {
        }

        /** Represents an AckReq. */
        class AckReq {

            /**
             * Constructs a new AckReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.AckReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AckReq mid. */
            mid: string;

            /** AckReq device. */
            device: string;

            /** AckReq epoch. */
            epoch: string;

            /** AckReq acked. */
            acked: (number|Long);

            /** AckReq handed. */
            handed: (number|Long);

            /** AckReq since. */
            since: (number|Long);

            /** AckReq session. */
            session: string;

            /** AckReq allEpoch. */
            allEpoch: string;

            /** AckReq allAcked. */
            allAcked: (number|Long);

            /**
             * Creates a new AckReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AckReq instance
             */
            static create(properties: goim.logic.AckReq.$Shape): goim.logic.AckReq & goim.logic.AckReq.$Shape;
            static create(properties?: goim.logic.AckReq.$Properties): goim.logic.AckReq;

            /**
             * Encodes the specified AckReq message. Does not implicitly {@link goim.logic.AckReq.verify|verify} messages.
             * @param message AckReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.AckReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AckReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.AckReq & goim.logic.AckReq.$Shape} AckReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.AckReq & goim.logic.AckReq.$Shape;
        }

        namespace AckReq {

            /** Properties of an AckReq. */
            interface $Properties {

                /** AckReq mid */
                mid?: (string|null);

                /** AckReq device */
                device?: (string|null);

                /** AckReq epoch */
                epoch?: (string|null);

                /** AckReq acked */
                acked?: (number|Long|null);

                /** AckReq handed */
                handed?: (number|Long|null);

                /** AckReq since */
                since?: (number|Long|null);

                /** AckReq session */
                session?: (string|null);

                /** AckReq allEpoch */
                allEpoch?: (string|null);

                /** AckReq allAcked */
                allAcked?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AckReq. */
            type $Shape = goim.logic.AckReq.$Properties;
        }

        /**
         * Properties of an AckBatchReq.
         * @deprecated Use goim.logic.AckBatchReq.$Properties instead.
         */
        interface IAckBatchReq extends goim.logic.AckBatchReq.$Properties {
        }

        /** Represents an AckBatchReq. */
        class AckBatchReq {

            /**
             * Constructs a new AckBatchReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.AckBatchReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AckBatchReq requests. */
            requests: goim.logic.AckReq.$Properties[];

            /**
             * Creates a new AckBatchReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AckBatchReq instance
             */
            static create(properties: goim.logic.AckBatchReq.$Shape): goim.logic.AckBatchReq & goim.logic.AckBatchReq.$Shape;
            static create(properties?: goim.logic.AckBatchReq.$Properties): goim.logic.AckBatchReq;

            /**
             * Encodes the specified AckBatchReq message. Does not implicitly {@link goim.logic.AckBatchReq.verify|verify} messages.
             * @param message AckBatchReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.AckBatchReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AckBatchReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.AckBatchReq & goim.logic.AckBatchReq.$Shape} AckBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.AckBatchReq & goim.logic.AckBatchReq.$Shape;
        }

        namespace AckBatchReq {

            /** Properties of an AckBatchReq. */
            interface $Properties {

                /** AckBatchReq requests */
                requests?: (goim.logic.AckReq.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AckBatchReq. */
            type $Shape = goim.logic.AckBatchReq.$Properties;
        }

        /**
         * Properties of an AckReply.
         * @deprecated Use goim.logic.AckReply.$Properties instead.
         */
        interface IAckReply extends goim.logic.AckReply.$Properties {
        }

        /** Represents an AckReply. */
        class AckReply {

            /**
             * Constructs a new AckReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.AckReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AckReply fenced. */
            fenced: boolean;

            /** AckReply error. */
            error: string;

            /**
             * Creates a new AckReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AckReply instance
             */
            static create(properties: goim.logic.AckReply.$Shape): goim.logic.AckReply & goim.logic.AckReply.$Shape;
            static create(properties?: goim.logic.AckReply.$Properties): goim.logic.AckReply;

            /**
             * Encodes the specified AckReply message. Does not implicitly {@link goim.logic.AckReply.verify|verify} messages.
             * @param message AckReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.AckReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AckReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.AckReply & goim.logic.AckReply.$Shape} AckReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.AckReply & goim.logic.AckReply.$Shape;
        }

        namespace AckReply {

            /** Properties of an AckReply. */
            interface $Properties {

                /** AckReply fenced */
                fenced?: (boolean|null);

                /** AckReply error */
                error?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AckReply. */
            type $Shape = goim.logic.AckReply.$Properties;
        }

        /**
         * Properties of an AckBatchReply.
         * @deprecated Use goim.logic.AckBatchReply.$Properties instead.
         */
        interface IAckBatchReply extends goim.logic.AckBatchReply.$Properties {
        }

        /** Represents an AckBatchReply. */
        class AckBatchReply {

            /**
             * Constructs a new AckBatchReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.AckBatchReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AckBatchReply replies. */
            replies: goim.logic.AckReply.$Properties[];

            /**
             * Creates a new AckBatchReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AckBatchReply instance
             */
            static create(properties: goim.logic.AckBatchReply.$Shape): goim.logic.AckBatchReply & goim.logic.AckBatchReply.$Shape;
            static create(properties?: goim.logic.AckBatchReply.$Properties): goim.logic.AckBatchReply;

            /**
             * Encodes the specified AckBatchReply message. Does not implicitly {@link goim.logic.AckBatchReply.verify|verify} messages.
             * @param message AckBatchReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.AckBatchReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AckBatchReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.AckBatchReply & goim.logic.AckBatchReply.$Shape} AckBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.AckBatchReply & goim.logic.AckBatchReply.$Shape;
        }

        namespace AckBatchReply {

            /** Properties of an AckBatchReply. */
            interface $Properties {

                /** AckBatchReply replies */
                replies?: (goim.logic.AckReply.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AckBatchReply. */
            type $Shape = goim.logic.AckBatchReply.$Properties;
        }

        /**
         * Properties of a PublishReq.
         * @deprecated Use goim.logic.PublishReq.$Properties instead.
         */
        interface IPublishReq extends goim.logic.PublishReq.$Properties {
        }

        /** Represents a PublishReq. */
        class PublishReq {

            /**
             * Constructs a new PublishReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.PublishReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PublishReq mid. */
            mid: string;

            /** PublishReq key. */
            key: string;

            /** PublishReq server. */
            server: string;

            /** PublishReq room. */
            room: string;

            /** PublishReq op. */
            op: number;

            /** PublishReq body. */
            body: Uint8Array;

            /** PublishReq id. */
            id: string;

            /** PublishReq excludeSelf. */
            excludeSelf: boolean;

            /** PublishReq clientIp. */
            clientIp: string;

            /** PublishReq platform. */
            platform: string;

            /** PublishReq user. */
            user: string;

            /** PublishReq device. */
            device: string;

            /**
             * Creates a new PublishReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PublishReq instance
             */
            static create(properties: goim.logic.PublishReq.$Shape): goim.logic.PublishReq & goim.logic.PublishReq.$Shape;
            static create(properties?: goim.logic.PublishReq.$Properties): goim.logic.PublishReq;

            /**
             * Encodes the specified PublishReq message. Does not implicitly {@link goim.logic.PublishReq.verify|verify} messages.
             * @param message PublishReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.PublishReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PublishReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.PublishReq & goim.logic.PublishReq.$Shape} PublishReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.PublishReq & goim.logic.PublishReq.$Shape;
        }

        namespace PublishReq {

            /** Properties of a PublishReq. */
            interface $Properties {

                /** PublishReq mid */
                mid?: (string|null);

                /** PublishReq key */
                key?: (string|null);

                /** PublishReq server */
                server?: (string|null);

                /** PublishReq room */
                room?: (string|null);

                /** PublishReq op */
                op?: (number|null);

                /** PublishReq body */
                body?: (Uint8Array|null);

                /** PublishReq id */
                id?: (string|null);

                /** PublishReq excludeSelf */
                excludeSelf?: (boolean|null);

                /** PublishReq clientIp */
                clientIp?: (string|null);

                /** PublishReq platform */
                platform?: (string|null);

                /** PublishReq user */
                user?: (string|null);

                /** PublishReq device */
                device?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PublishReq. */
            type $Shape = goim.logic.PublishReq.$Properties;
        }

        /**
         * Properties of a PublishReply.
         * @deprecated Use goim.logic.PublishReply.$Properties instead.
         */
        interface IPublishReply extends goim.logic.PublishReply.$Properties {
        }

        /** Represents a PublishReply. */
        class PublishReply {

            /**
             * Constructs a new PublishReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.PublishReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PublishReply offset. */
            offset: (number|Long);

            /** PublishReply epoch. */
            epoch: string;

            /** PublishReply duplicate. */
            duplicate: boolean;

            /** PublishReply error. */
            error: string;

            /** PublishReply errorText. */
            errorText: string;

            /**
             * Creates a new PublishReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PublishReply instance
             */
            static create(properties: goim.logic.PublishReply.$Shape): goim.logic.PublishReply & goim.logic.PublishReply.$Shape;
            static create(properties?: goim.logic.PublishReply.$Properties): goim.logic.PublishReply;

            /**
             * Encodes the specified PublishReply message. Does not implicitly {@link goim.logic.PublishReply.verify|verify} messages.
             * @param message PublishReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.PublishReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PublishReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.PublishReply & goim.logic.PublishReply.$Shape} PublishReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.PublishReply & goim.logic.PublishReply.$Shape;
        }

        namespace PublishReply {

            /** Properties of a PublishReply. */
            interface $Properties {

                /** PublishReply offset */
                offset?: (number|Long|null);

                /** PublishReply epoch */
                epoch?: (string|null);

                /** PublishReply duplicate */
                duplicate?: (boolean|null);

                /** PublishReply error */
                error?: (string|null);

                /** PublishReply errorText */
                errorText?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PublishReply. */
            type $Shape = goim.logic.PublishReply.$Properties;
        }

        /**
         * Properties of a HistoryReq.
         * @deprecated Use goim.logic.HistoryReq.$Properties instead.
         */
        interface IHistoryReq extends goim.logic.HistoryReq.$Properties {
        }

        /** Represents a HistoryReq. */
        class HistoryReq {

            /**
             * Constructs a new HistoryReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.HistoryReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HistoryReq mid. */
            mid: string;

            /** HistoryReq room. */
            room: string;

            /** HistoryReq before. */
            before?: (number|Long|null);

            /** HistoryReq after. */
            after?: (number|Long|null);

            /** HistoryReq epoch. */
            epoch: string;

            /** HistoryReq limit. */
            limit: number;

            /** HistoryReq bytes. */
            bytes: number;

            /**
             * Creates a new HistoryReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HistoryReq instance
             */
            static create(properties: goim.logic.HistoryReq.$Shape): goim.logic.HistoryReq & goim.logic.HistoryReq.$Shape;
            static create(properties?: goim.logic.HistoryReq.$Properties): goim.logic.HistoryReq;

            /**
             * Encodes the specified HistoryReq message. Does not implicitly {@link goim.logic.HistoryReq.verify|verify} messages.
             * @param message HistoryReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.HistoryReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HistoryReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.HistoryReq & goim.logic.HistoryReq.$Shape} HistoryReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.HistoryReq & goim.logic.HistoryReq.$Shape;
        }

        namespace HistoryReq {

            /** Properties of a HistoryReq. */
            interface $Properties {

                /** HistoryReq mid */
                mid?: (string|null);

                /** HistoryReq room */
                room?: (string|null);

                /** HistoryReq before */
                before?: (number|Long|null);

                /** HistoryReq after */
                after?: (number|Long|null);

                /** HistoryReq epoch */
                epoch?: (string|null);

                /** HistoryReq limit */
                limit?: (number|null);

                /** HistoryReq bytes */
                bytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HistoryReq. */
            type $Shape = goim.logic.HistoryReq.$Properties;
        }

        /**
         * Properties of a HistoryReply.
         * @deprecated Use goim.logic.HistoryReply.$Properties instead.
         */
        interface IHistoryReply extends goim.logic.HistoryReply.$Properties {
        }

        /** Represents a HistoryReply. */
        class HistoryReply {

            /**
             * Constructs a new HistoryReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.HistoryReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HistoryReply epoch. */
            epoch: string;

            /** HistoryReply entries. */
            entries: goim.push.CastEntry.$Properties[];

            /** HistoryReply next. */
            next?: (number|Long|null);

            /** HistoryReply oldest. */
            oldest: (number|Long);

            /** HistoryReply error. */
            error: string;

            /** HistoryReply errorText. */
            errorText: string;

            /**
             * Creates a new HistoryReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HistoryReply instance
             */
            static create(properties: goim.logic.HistoryReply.$Shape): goim.logic.HistoryReply & goim.logic.HistoryReply.$Shape;
            static create(properties?: goim.logic.HistoryReply.$Properties): goim.logic.HistoryReply;

            /**
             * Encodes the specified HistoryReply message. Does not implicitly {@link goim.logic.HistoryReply.verify|verify} messages.
             * @param message HistoryReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.HistoryReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HistoryReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.HistoryReply & goim.logic.HistoryReply.$Shape} HistoryReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.HistoryReply & goim.logic.HistoryReply.$Shape;
        }

        namespace HistoryReply {

            /** Properties of a HistoryReply. */
            interface $Properties {

                /** HistoryReply epoch */
                epoch?: (string|null);

                /** HistoryReply entries */
                entries?: (goim.push.CastEntry.$Properties[]|null);

                /** HistoryReply next */
                next?: (number|Long|null);

                /** HistoryReply oldest */
                oldest?: (number|Long|null);

                /** HistoryReply error */
                error?: (string|null);

                /** HistoryReply errorText */
                errorText?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HistoryReply. */
            type $Shape = goim.logic.HistoryReply.$Properties;
        }

        /**
         * Properties of a ConnectBatchReq.
         * @deprecated Use goim.logic.ConnectBatchReq.$Properties instead.
         */
        interface IConnectBatchReq extends goim.logic.ConnectBatchReq.$Properties {
        }

        /** Represents a ConnectBatchReq. */
        class ConnectBatchReq {

            /**
             * Constructs a new ConnectBatchReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.ConnectBatchReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ConnectBatchReq requests. */
            requests: goim.logic.ConnectReq.$Properties[];

            /**
             * Creates a new ConnectBatchReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ConnectBatchReq instance
             */
            static create(properties: goim.logic.ConnectBatchReq.$Shape): goim.logic.ConnectBatchReq & goim.logic.ConnectBatchReq.$Shape;
            static create(properties?: goim.logic.ConnectBatchReq.$Properties): goim.logic.ConnectBatchReq;

            /**
             * Encodes the specified ConnectBatchReq message. Does not implicitly {@link goim.logic.ConnectBatchReq.verify|verify} messages.
             * @param message ConnectBatchReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.ConnectBatchReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ConnectBatchReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.ConnectBatchReq & goim.logic.ConnectBatchReq.$Shape} ConnectBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.ConnectBatchReq & goim.logic.ConnectBatchReq.$Shape;
        }

        namespace ConnectBatchReq {

            /** Properties of a ConnectBatchReq. */
            interface $Properties {

                /** ConnectBatchReq requests */
                requests?: (goim.logic.ConnectReq.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ConnectBatchReq. */
            type $Shape = goim.logic.ConnectBatchReq.$Properties;
        }

        /**
         * Properties of a ConnectBatchReply.
         * @deprecated Use goim.logic.ConnectBatchReply.$Properties instead.
         */
        interface IConnectBatchReply extends goim.logic.ConnectBatchReply.$Properties {
        }

        /** Represents a ConnectBatchReply. */
        class ConnectBatchReply {

            /**
             * Constructs a new ConnectBatchReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.ConnectBatchReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ConnectBatchReply replies. */
            replies: goim.logic.ConnectReply.$Properties[];

            /** ConnectBatchReply storeEpoch. */
            storeEpoch: string;

            /** ConnectBatchReply kept. */
            kept?: (goim.logic.Kept.$Properties|null);

            /**
             * Creates a new ConnectBatchReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ConnectBatchReply instance
             */
            static create(properties: goim.logic.ConnectBatchReply.$Shape): goim.logic.ConnectBatchReply & goim.logic.ConnectBatchReply.$Shape;
            static create(properties?: goim.logic.ConnectBatchReply.$Properties): goim.logic.ConnectBatchReply;

            /**
             * Encodes the specified ConnectBatchReply message. Does not implicitly {@link goim.logic.ConnectBatchReply.verify|verify} messages.
             * @param message ConnectBatchReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.ConnectBatchReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ConnectBatchReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.ConnectBatchReply & goim.logic.ConnectBatchReply.$Shape} ConnectBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.ConnectBatchReply & goim.logic.ConnectBatchReply.$Shape;
        }

        namespace ConnectBatchReply {

            /** Properties of a ConnectBatchReply. */
            interface $Properties {

                /** ConnectBatchReply replies */
                replies?: (goim.logic.ConnectReply.$Properties[]|null);

                /** ConnectBatchReply storeEpoch */
                storeEpoch?: (string|null);

                /** ConnectBatchReply kept */
                kept?: (goim.logic.Kept.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ConnectBatchReply. */
            type $Shape = goim.logic.ConnectBatchReply.$Properties;
        }

        /**
         * Properties of a DisconnectReq.
         * @deprecated Use goim.logic.DisconnectReq.$Properties instead.
         */
        interface IDisconnectReq extends goim.logic.DisconnectReq.$Properties {
        }

        /** Represents a DisconnectReq. */
        class DisconnectReq {

            /**
             * Constructs a new DisconnectReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.DisconnectReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DisconnectReq mid. */
            mid: (number|Long);

            /** DisconnectReq key. */
            key: string;

            /** DisconnectReq server. */
            server: string;

            /** DisconnectReq incarnation. */
            incarnation: string;

            /** DisconnectReq conn. */
            conn: (number|Long);

            /** DisconnectReq device. */
            device: string;

            /** DisconnectReq since. */
            since: (number|Long);

            /**
             * Creates a new DisconnectReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DisconnectReq instance
             */
            static create(properties: goim.logic.DisconnectReq.$Shape): goim.logic.DisconnectReq & goim.logic.DisconnectReq.$Shape;
            static create(properties?: goim.logic.DisconnectReq.$Properties): goim.logic.DisconnectReq;

            /**
             * Encodes the specified DisconnectReq message. Does not implicitly {@link goim.logic.DisconnectReq.verify|verify} messages.
             * @param message DisconnectReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.DisconnectReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DisconnectReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectReq & goim.logic.DisconnectReq.$Shape} DisconnectReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.DisconnectReq & goim.logic.DisconnectReq.$Shape;
        }

        namespace DisconnectReq {

            /** Properties of a DisconnectReq. */
            interface $Properties {

                /** DisconnectReq mid */
                mid?: (number|Long|null);

                /** DisconnectReq key */
                key?: (string|null);

                /** DisconnectReq server */
                server?: (string|null);

                /** DisconnectReq incarnation */
                incarnation?: (string|null);

                /** DisconnectReq conn */
                conn?: (number|Long|null);

                /** DisconnectReq device */
                device?: (string|null);

                /** DisconnectReq since */
                since?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DisconnectReq. */
            type $Shape = goim.logic.DisconnectReq.$Properties;
        }

        /**
         * Properties of a DisconnectReply.
         * @deprecated Use goim.logic.DisconnectReply.$Properties instead.
         */
        interface IDisconnectReply extends goim.logic.DisconnectReply.$Properties {
        }

        /** Represents a DisconnectReply. */
        class DisconnectReply {

            /**
             * Constructs a new DisconnectReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.DisconnectReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DisconnectReply has. */
            has: boolean;

            /**
             * Creates a new DisconnectReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DisconnectReply instance
             */
            static create(properties: goim.logic.DisconnectReply.$Shape): goim.logic.DisconnectReply & goim.logic.DisconnectReply.$Shape;
            static create(properties?: goim.logic.DisconnectReply.$Properties): goim.logic.DisconnectReply;

            /**
             * Encodes the specified DisconnectReply message. Does not implicitly {@link goim.logic.DisconnectReply.verify|verify} messages.
             * @param message DisconnectReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.DisconnectReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DisconnectReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectReply & goim.logic.DisconnectReply.$Shape} DisconnectReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.DisconnectReply & goim.logic.DisconnectReply.$Shape;
        }

        namespace DisconnectReply {

            /** Properties of a DisconnectReply. */
            interface $Properties {

                /** DisconnectReply has */
                has?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DisconnectReply. */
            type $Shape = goim.logic.DisconnectReply.$Properties;
        }

        /**
         * Properties of a DisconnectBatchReq.
         * @deprecated Use goim.logic.DisconnectBatchReq.$Properties instead.
         */
        interface IDisconnectBatchReq extends goim.logic.DisconnectBatchReq.$Properties {
        }

        /** Represents a DisconnectBatchReq. */
        class DisconnectBatchReq {

            /**
             * Constructs a new DisconnectBatchReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.DisconnectBatchReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DisconnectBatchReq requests. */
            requests: goim.logic.DisconnectReq.$Properties[];

            /**
             * Creates a new DisconnectBatchReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DisconnectBatchReq instance
             */
            static create(properties: goim.logic.DisconnectBatchReq.$Shape): goim.logic.DisconnectBatchReq & goim.logic.DisconnectBatchReq.$Shape;
            static create(properties?: goim.logic.DisconnectBatchReq.$Properties): goim.logic.DisconnectBatchReq;

            /**
             * Encodes the specified DisconnectBatchReq message. Does not implicitly {@link goim.logic.DisconnectBatchReq.verify|verify} messages.
             * @param message DisconnectBatchReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.DisconnectBatchReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DisconnectBatchReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectBatchReq & goim.logic.DisconnectBatchReq.$Shape} DisconnectBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.DisconnectBatchReq & goim.logic.DisconnectBatchReq.$Shape;
        }

        namespace DisconnectBatchReq {

            /** Properties of a DisconnectBatchReq. */
            interface $Properties {

                /** DisconnectBatchReq requests */
                requests?: (goim.logic.DisconnectReq.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DisconnectBatchReq. */
            type $Shape = goim.logic.DisconnectBatchReq.$Properties;
        }

        /**
         * Properties of a DisconnectBatchReply.
         * @deprecated Use goim.logic.DisconnectBatchReply.$Properties instead.
         */
        interface IDisconnectBatchReply extends goim.logic.DisconnectBatchReply.$Properties {
        }

        /** Represents a DisconnectBatchReply. */
        class DisconnectBatchReply {

            /**
             * Constructs a new DisconnectBatchReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.DisconnectBatchReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DisconnectBatchReply replies. */
            replies: goim.logic.DisconnectReply.$Properties[];

            /**
             * Creates a new DisconnectBatchReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DisconnectBatchReply instance
             */
            static create(properties: goim.logic.DisconnectBatchReply.$Shape): goim.logic.DisconnectBatchReply & goim.logic.DisconnectBatchReply.$Shape;
            static create(properties?: goim.logic.DisconnectBatchReply.$Properties): goim.logic.DisconnectBatchReply;

            /**
             * Encodes the specified DisconnectBatchReply message. Does not implicitly {@link goim.logic.DisconnectBatchReply.verify|verify} messages.
             * @param message DisconnectBatchReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.DisconnectBatchReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DisconnectBatchReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectBatchReply & goim.logic.DisconnectBatchReply.$Shape} DisconnectBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.DisconnectBatchReply & goim.logic.DisconnectBatchReply.$Shape;
        }

        namespace DisconnectBatchReply {

            /** Properties of a DisconnectBatchReply. */
            interface $Properties {

                /** DisconnectBatchReply replies */
                replies?: (goim.logic.DisconnectReply.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DisconnectBatchReply. */
            type $Shape = goim.logic.DisconnectBatchReply.$Properties;
        }

        /**
         * Properties of a HeartbeatReq.
         * @deprecated Use goim.logic.HeartbeatReq.$Properties instead.
         */
        interface IHeartbeatReq extends goim.logic.HeartbeatReq.$Properties {
        }

        /** Represents a HeartbeatReq. */
        class HeartbeatReq {

            /**
             * Constructs a new HeartbeatReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.HeartbeatReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatReq mid. */
            mid: (number|Long);

            /** HeartbeatReq key. */
            key: string;

            /** HeartbeatReq server. */
            server: string;

            /** HeartbeatReq incarnation. */
            incarnation: string;

            /** HeartbeatReq conn. */
            conn: (number|Long);

            /** HeartbeatReq platform. */
            platform: string;

            /** HeartbeatReq device. */
            device: string;

            /** HeartbeatReq since. */
            since: (number|Long);

            /** HeartbeatReq before. */
            before: string;

            /**
             * Creates a new HeartbeatReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatReq instance
             */
            static create(properties: goim.logic.HeartbeatReq.$Shape): goim.logic.HeartbeatReq & goim.logic.HeartbeatReq.$Shape;
            static create(properties?: goim.logic.HeartbeatReq.$Properties): goim.logic.HeartbeatReq;

            /**
             * Encodes the specified HeartbeatReq message. Does not implicitly {@link goim.logic.HeartbeatReq.verify|verify} messages.
             * @param message HeartbeatReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.HeartbeatReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatReq & goim.logic.HeartbeatReq.$Shape} HeartbeatReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.HeartbeatReq & goim.logic.HeartbeatReq.$Shape;
        }

        namespace HeartbeatReq {

            /** Properties of a HeartbeatReq. */
            interface $Properties {

                /** HeartbeatReq mid */
                mid?: (number|Long|null);

                /** HeartbeatReq key */
                key?: (string|null);

                /** HeartbeatReq server */
                server?: (string|null);

                /** HeartbeatReq incarnation */
                incarnation?: (string|null);

                /** HeartbeatReq conn */
                conn?: (number|Long|null);

                /** HeartbeatReq platform */
                platform?: (string|null);

                /** HeartbeatReq device */
                device?: (string|null);

                /** HeartbeatReq since */
                since?: (number|Long|null);

                /** HeartbeatReq before */
                before?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatReq. */
            type $Shape = goim.logic.HeartbeatReq.$Properties;
        }

        /**
         * Properties of a HeartbeatReply.
         * @deprecated Use goim.logic.HeartbeatReply.$Properties instead.
         */
        interface IHeartbeatReply extends goim.logic.HeartbeatReply.$Properties {
        }

        /** Represents a HeartbeatReply. */
        class HeartbeatReply {

            /**
             * Constructs a new HeartbeatReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.HeartbeatReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatReply taken. */
            taken: boolean;

            /**
             * Creates a new HeartbeatReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatReply instance
             */
            static create(properties: goim.logic.HeartbeatReply.$Shape): goim.logic.HeartbeatReply & goim.logic.HeartbeatReply.$Shape;
            static create(properties?: goim.logic.HeartbeatReply.$Properties): goim.logic.HeartbeatReply;

            /**
             * Encodes the specified HeartbeatReply message. Does not implicitly {@link goim.logic.HeartbeatReply.verify|verify} messages.
             * @param message HeartbeatReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.HeartbeatReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatReply & goim.logic.HeartbeatReply.$Shape} HeartbeatReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.HeartbeatReply & goim.logic.HeartbeatReply.$Shape;
        }

        namespace HeartbeatReply {

            /** Properties of a HeartbeatReply. */
            interface $Properties {

                /** HeartbeatReply taken */
                taken?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatReply. */
            type $Shape = goim.logic.HeartbeatReply.$Properties;
        }

        /**
         * Properties of a HeartbeatBatchReq.
         * @deprecated Use goim.logic.HeartbeatBatchReq.$Properties instead.
         */
        interface IHeartbeatBatchReq extends goim.logic.HeartbeatBatchReq.$Properties {
        }

        /** Represents a HeartbeatBatchReq. */
        class HeartbeatBatchReq {

            /**
             * Constructs a new HeartbeatBatchReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.HeartbeatBatchReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatBatchReq requests. */
            requests: goim.logic.HeartbeatReq.$Properties[];

            /**
             * Creates a new HeartbeatBatchReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatBatchReq instance
             */
            static create(properties: goim.logic.HeartbeatBatchReq.$Shape): goim.logic.HeartbeatBatchReq & goim.logic.HeartbeatBatchReq.$Shape;
            static create(properties?: goim.logic.HeartbeatBatchReq.$Properties): goim.logic.HeartbeatBatchReq;

            /**
             * Encodes the specified HeartbeatBatchReq message. Does not implicitly {@link goim.logic.HeartbeatBatchReq.verify|verify} messages.
             * @param message HeartbeatBatchReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.HeartbeatBatchReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatBatchReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatBatchReq & goim.logic.HeartbeatBatchReq.$Shape} HeartbeatBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.HeartbeatBatchReq & goim.logic.HeartbeatBatchReq.$Shape;
        }

        namespace HeartbeatBatchReq {

            /** Properties of a HeartbeatBatchReq. */
            interface $Properties {

                /** HeartbeatBatchReq requests */
                requests?: (goim.logic.HeartbeatReq.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatBatchReq. */
            type $Shape = goim.logic.HeartbeatBatchReq.$Properties;
        }

        /**
         * Properties of a HeartbeatBatchReply.
         * @deprecated Use goim.logic.HeartbeatBatchReply.$Properties instead.
         */
        interface IHeartbeatBatchReply extends goim.logic.HeartbeatBatchReply.$Properties {
        }

        /** Represents a HeartbeatBatchReply. */
        class HeartbeatBatchReply {

            /**
             * Constructs a new HeartbeatBatchReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.HeartbeatBatchReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatBatchReply replies. */
            replies: goim.logic.HeartbeatReply.$Properties[];

            /** HeartbeatBatchReply storeEpoch. */
            storeEpoch: string;

            /**
             * Creates a new HeartbeatBatchReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatBatchReply instance
             */
            static create(properties: goim.logic.HeartbeatBatchReply.$Shape): goim.logic.HeartbeatBatchReply & goim.logic.HeartbeatBatchReply.$Shape;
            static create(properties?: goim.logic.HeartbeatBatchReply.$Properties): goim.logic.HeartbeatBatchReply;

            /**
             * Encodes the specified HeartbeatBatchReply message. Does not implicitly {@link goim.logic.HeartbeatBatchReply.verify|verify} messages.
             * @param message HeartbeatBatchReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.HeartbeatBatchReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatBatchReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatBatchReply & goim.logic.HeartbeatBatchReply.$Shape} HeartbeatBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.HeartbeatBatchReply & goim.logic.HeartbeatBatchReply.$Shape;
        }

        namespace HeartbeatBatchReply {

            /** Properties of a HeartbeatBatchReply. */
            interface $Properties {

                /** HeartbeatBatchReply replies */
                replies?: (goim.logic.HeartbeatReply.$Properties[]|null);

                /** HeartbeatBatchReply storeEpoch */
                storeEpoch?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatBatchReply. */
            type $Shape = goim.logic.HeartbeatBatchReply.$Properties;
        }

        /**
         * Properties of an OnlineReq.
         * @deprecated Use goim.logic.OnlineReq.$Properties instead.
         */
        interface IOnlineReq extends goim.logic.OnlineReq.$Properties {
        }

        /** Represents an OnlineReq. */
        class OnlineReq {

            /**
             * Constructs a new OnlineReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.OnlineReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** OnlineReq server. */
            server: string;

            /** OnlineReq roomCount. */
            roomCount: { [k: string]: number };

            /**
             * Creates a new OnlineReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns OnlineReq instance
             */
            static create(properties: goim.logic.OnlineReq.$Shape): goim.logic.OnlineReq & goim.logic.OnlineReq.$Shape;
            static create(properties?: goim.logic.OnlineReq.$Properties): goim.logic.OnlineReq;

            /**
             * Encodes the specified OnlineReq message. Does not implicitly {@link goim.logic.OnlineReq.verify|verify} messages.
             * @param message OnlineReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.OnlineReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an OnlineReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.OnlineReq & goim.logic.OnlineReq.$Shape} OnlineReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.OnlineReq & goim.logic.OnlineReq.$Shape;
        }

        namespace OnlineReq {

            /** Properties of an OnlineReq. */
            interface $Properties {

                /** OnlineReq server */
                server?: (string|null);

                /** OnlineReq roomCount */
                roomCount?: ({ [k: string]: number }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an OnlineReq. */
            type $Shape = goim.logic.OnlineReq.$Properties;
        }

        /**
         * Properties of an OnlineReply.
         * @deprecated Use goim.logic.OnlineReply.$Properties instead.
         */
        interface IOnlineReply extends goim.logic.OnlineReply.$Properties {
        }

        /** Represents an OnlineReply. */
        class OnlineReply {

            /**
             * Constructs a new OnlineReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.OnlineReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** OnlineReply allRoomCount. */
            allRoomCount: { [k: string]: number };

            /** OnlineReply connections. */
            connections: number;

            /** OnlineReply storeEpoch. */
            storeEpoch: string;

            /**
             * Creates a new OnlineReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns OnlineReply instance
             */
            static create(properties: goim.logic.OnlineReply.$Shape): goim.logic.OnlineReply & goim.logic.OnlineReply.$Shape;
            static create(properties?: goim.logic.OnlineReply.$Properties): goim.logic.OnlineReply;

            /**
             * Encodes the specified OnlineReply message. Does not implicitly {@link goim.logic.OnlineReply.verify|verify} messages.
             * @param message OnlineReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.OnlineReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an OnlineReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.OnlineReply & goim.logic.OnlineReply.$Shape} OnlineReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.OnlineReply & goim.logic.OnlineReply.$Shape;
        }

        namespace OnlineReply {

            /** Properties of an OnlineReply. */
            interface $Properties {

                /** OnlineReply allRoomCount */
                allRoomCount?: ({ [k: string]: number }|null);

                /** OnlineReply connections */
                connections?: (number|null);

                /** OnlineReply storeEpoch */
                storeEpoch?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an OnlineReply. */
            type $Shape = goim.logic.OnlineReply.$Properties;
        }

        /**
         * Properties of a ReceiveReq.
         * @deprecated Use goim.logic.ReceiveReq.$Properties instead.
         */
        interface IReceiveReq extends goim.logic.ReceiveReq.$Properties {
        }

        /** Represents a ReceiveReq. */
        class ReceiveReq {

            /**
             * Constructs a new ReceiveReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.ReceiveReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReceiveReq mid. */
            mid: (number|Long);

            /** ReceiveReq proto. */
            proto?: (goim.protocol.Proto.$Properties|null);

            /** ReceiveReq key. */
            key: string;

            /** ReceiveReq server. */
            server: string;

            /** ReceiveReq room. */
            room: string;

            /**
             * Creates a new ReceiveReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReceiveReq instance
             */
            static create(properties: goim.logic.ReceiveReq.$Shape): goim.logic.ReceiveReq & goim.logic.ReceiveReq.$Shape;
            static create(properties?: goim.logic.ReceiveReq.$Properties): goim.logic.ReceiveReq;

            /**
             * Encodes the specified ReceiveReq message. Does not implicitly {@link goim.logic.ReceiveReq.verify|verify} messages.
             * @param message ReceiveReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.ReceiveReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReceiveReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.ReceiveReq & goim.logic.ReceiveReq.$Shape} ReceiveReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.ReceiveReq & goim.logic.ReceiveReq.$Shape;
        }

        namespace ReceiveReq {

            /** Properties of a ReceiveReq. */
            interface $Properties {

                /** ReceiveReq mid */
                mid?: (number|Long|null);

                /** ReceiveReq proto */
                proto?: (goim.protocol.Proto.$Properties|null);

                /** ReceiveReq key */
                key?: (string|null);

                /** ReceiveReq server */
                server?: (string|null);

                /** ReceiveReq room */
                room?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReceiveReq. */
            type $Shape = goim.logic.ReceiveReq.$Properties;
        }

        /**
         * Properties of a ReceiveReply.
         * @deprecated Use goim.logic.ReceiveReply.$Properties instead.
         */
        interface IReceiveReply extends goim.logic.ReceiveReply.$Properties {
        }

        /** Represents a ReceiveReply. */
        class ReceiveReply {

            /**
             * Constructs a new ReceiveReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.ReceiveReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new ReceiveReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReceiveReply instance
             */
            static create(properties: goim.logic.ReceiveReply.$Shape): goim.logic.ReceiveReply & goim.logic.ReceiveReply.$Shape;
            static create(properties?: goim.logic.ReceiveReply.$Properties): goim.logic.ReceiveReply;

            /**
             * Encodes the specified ReceiveReply message. Does not implicitly {@link goim.logic.ReceiveReply.verify|verify} messages.
             * @param message ReceiveReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.ReceiveReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReceiveReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.ReceiveReply & goim.logic.ReceiveReply.$Shape} ReceiveReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.ReceiveReply & goim.logic.ReceiveReply.$Shape;
        }

        namespace ReceiveReply {

            /** Properties of a ReceiveReply. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReceiveReply. */
            type $Shape = goim.logic.ReceiveReply.$Properties;
        }

        /**
         * Properties of a NodesReq.
         * @deprecated Use goim.logic.NodesReq.$Properties instead.
         */
        interface INodesReq extends goim.logic.NodesReq.$Properties {
        }

        /** Represents a NodesReq. */
        class NodesReq {

            /**
             * Constructs a new NodesReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.NodesReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodesReq platform. */
            platform: string;

            /** NodesReq clientIP. */
            clientIP: string;

            /**
             * Creates a new NodesReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodesReq instance
             */
            static create(properties: goim.logic.NodesReq.$Shape): goim.logic.NodesReq & goim.logic.NodesReq.$Shape;
            static create(properties?: goim.logic.NodesReq.$Properties): goim.logic.NodesReq;

            /**
             * Encodes the specified NodesReq message. Does not implicitly {@link goim.logic.NodesReq.verify|verify} messages.
             * @param message NodesReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.NodesReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodesReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.NodesReq & goim.logic.NodesReq.$Shape} NodesReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.NodesReq & goim.logic.NodesReq.$Shape;
        }

        namespace NodesReq {

            /** Properties of a NodesReq. */
            interface $Properties {

                /** NodesReq platform */
                platform?: (string|null);

                /** NodesReq clientIP */
                clientIP?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodesReq. */
            type $Shape = goim.logic.NodesReq.$Properties;
        }

        /**
         * Properties of a NodesReply.
         * @deprecated Use goim.logic.NodesReply.$Properties instead.
         */
        interface INodesReply extends goim.logic.NodesReply.$Properties {
        }

        /** Represents a NodesReply. */
        class NodesReply {

            /**
             * Constructs a new NodesReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.NodesReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodesReply domain. */
            domain: string;

            /** NodesReply tcpPort. */
            tcpPort: number;

            /** NodesReply wsPort. */
            wsPort: number;

            /** NodesReply wssPort. */
            wssPort: number;

            /** NodesReply heartbeat. */
            heartbeat: number;

            /** NodesReply nodes. */
            nodes: string[];

            /** NodesReply backoff. */
            backoff?: (goim.logic.Backoff.$Properties|null);

            /** NodesReply heartbeatMax. */
            heartbeatMax: number;

            /**
             * Creates a new NodesReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NodesReply instance
             */
            static create(properties: goim.logic.NodesReply.$Shape): goim.logic.NodesReply & goim.logic.NodesReply.$Shape;
            static create(properties?: goim.logic.NodesReply.$Properties): goim.logic.NodesReply;

            /**
             * Encodes the specified NodesReply message. Does not implicitly {@link goim.logic.NodesReply.verify|verify} messages.
             * @param message NodesReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.NodesReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodesReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.NodesReply & goim.logic.NodesReply.$Shape} NodesReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.NodesReply & goim.logic.NodesReply.$Shape;
        }

        namespace NodesReply {

            /** Properties of a NodesReply. */
            interface $Properties {

                /** NodesReply domain */
                domain?: (string|null);

                /** NodesReply tcpPort */
                tcpPort?: (number|null);

                /** NodesReply wsPort */
                wsPort?: (number|null);

                /** NodesReply wssPort */
                wssPort?: (number|null);

                /** NodesReply heartbeat */
                heartbeat?: (number|null);

                /** NodesReply nodes */
                nodes?: (string[]|null);

                /** NodesReply backoff */
                backoff?: (goim.logic.Backoff.$Properties|null);

                /** NodesReply heartbeatMax */
                heartbeatMax?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodesReply. */
            type $Shape = goim.logic.NodesReply.$Properties;
        }

        /**
         * Properties of a Backoff.
         * @deprecated Use goim.logic.Backoff.$Properties instead.
         */
        interface IBackoff extends goim.logic.Backoff.$Properties {
        }

        /** Represents a Backoff. */
        class Backoff {

            /**
             * Constructs a new Backoff.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.Backoff.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Backoff maxDelay. */
            maxDelay: number;

            /** Backoff baseDelay. */
            baseDelay: number;

            /** Backoff factor. */
            factor: number;

            /** Backoff jitter. */
            jitter: number;

            /**
             * Creates a new Backoff instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Backoff instance
             */
            static create(properties: goim.logic.Backoff.$Shape): goim.logic.Backoff & goim.logic.Backoff.$Shape;
            static create(properties?: goim.logic.Backoff.$Properties): goim.logic.Backoff;

            /**
             * Encodes the specified Backoff message. Does not implicitly {@link goim.logic.Backoff.verify|verify} messages.
             * @param message Backoff message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.Backoff.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Backoff message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.Backoff & goim.logic.Backoff.$Shape} Backoff
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.Backoff & goim.logic.Backoff.$Shape;
        }

        namespace Backoff {

            /** Properties of a Backoff. */
            interface $Properties {

                /** Backoff maxDelay */
                maxDelay?: (number|null);

                /** Backoff baseDelay */
                baseDelay?: (number|null);

                /** Backoff factor */
                factor?: (number|null);

                /** Backoff jitter */
                jitter?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Backoff. */
            type $Shape = goim.logic.Backoff.$Properties;
        }

        /**
         * Properties of a Move.
         * @deprecated Use goim.logic.Move.$Properties instead.
         */
        interface IMove extends goim.logic.Move.$Properties {
        }

        /** Represents a Move. */
        class Move {

            /**
             * Constructs a new Move.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.Move.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Move joined. */
            joined: boolean;

            /** Move room. */
            room: string;

            /** Move mid. */
            mid: string;

            /** Move key. */
            key: string;

            /** Move device. */
            device: string;

            /** Move platform. */
            platform: string;

            /** Move session. */
            session: string;

            /** Move number. */
            number: (number|Long);

            /** Move time. */
            time: (number|Long);

            /**
             * Creates a new Move instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Move instance
             */
            static create(properties: goim.logic.Move.$Shape): goim.logic.Move & goim.logic.Move.$Shape;
            static create(properties?: goim.logic.Move.$Properties): goim.logic.Move;

            /**
             * Encodes the specified Move message. Does not implicitly {@link goim.logic.Move.verify|verify} messages.
             * @param message Move message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.Move.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Move message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.Move & goim.logic.Move.$Shape} Move
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.Move & goim.logic.Move.$Shape;
        }

        namespace Move {

            /** Properties of a Move. */
            interface $Properties {

                /** Move joined */
                joined?: (boolean|null);

                /** Move room */
                room?: (string|null);

                /** Move mid */
                mid?: (string|null);

                /** Move key */
                key?: (string|null);

                /** Move device */
                device?: (string|null);

                /** Move platform */
                platform?: (string|null);

                /** Move session */
                session?: (string|null);

                /** Move number */
                number?: (number|Long|null);

                /** Move time */
                time?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Move. */
            type $Shape = goim.logic.Move.$Properties;
        }

        /**
         * Properties of a MovesReq.
         * @deprecated Use goim.logic.MovesReq.$Properties instead.
         */
        interface IMovesReq extends goim.logic.MovesReq.$Properties {
        }

        /** Represents a MovesReq. */
        class MovesReq {

            /**
             * Constructs a new MovesReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.MovesReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MovesReq moves. */
            moves: goim.logic.Move.$Properties[];

            /**
             * Creates a new MovesReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MovesReq instance
             */
            static create(properties: goim.logic.MovesReq.$Shape): goim.logic.MovesReq & goim.logic.MovesReq.$Shape;
            static create(properties?: goim.logic.MovesReq.$Properties): goim.logic.MovesReq;

            /**
             * Encodes the specified MovesReq message. Does not implicitly {@link goim.logic.MovesReq.verify|verify} messages.
             * @param message MovesReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.MovesReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MovesReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.MovesReq & goim.logic.MovesReq.$Shape} MovesReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.MovesReq & goim.logic.MovesReq.$Shape;
        }

        namespace MovesReq {

            /** Properties of a MovesReq. */
            interface $Properties {

                /** MovesReq moves */
                moves?: (goim.logic.Move.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MovesReq. */
            type $Shape = goim.logic.MovesReq.$Properties;
        }

        /**
         * Properties of a MovesReply.
         * @deprecated Use goim.logic.MovesReply.$Properties instead.
         */
        interface IMovesReply extends goim.logic.MovesReply.$Properties {
        }

        /** Represents a MovesReply. */
        class MovesReply {

            /**
             * Constructs a new MovesReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.MovesReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new MovesReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MovesReply instance
             */
            static create(properties: goim.logic.MovesReply.$Shape): goim.logic.MovesReply & goim.logic.MovesReply.$Shape;
            static create(properties?: goim.logic.MovesReply.$Properties): goim.logic.MovesReply;

            /**
             * Encodes the specified MovesReply message. Does not implicitly {@link goim.logic.MovesReply.verify|verify} messages.
             * @param message MovesReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.MovesReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MovesReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.MovesReply & goim.logic.MovesReply.$Shape} MovesReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.MovesReply & goim.logic.MovesReply.$Shape;
        }

        namespace MovesReply {

            /** Properties of a MovesReply. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MovesReply. */
            type $Shape = goim.logic.MovesReply.$Properties;
        }

        /**
         * Properties of a RoomCheck.
         * @deprecated Use goim.logic.RoomCheck.$Properties instead.
         */
        interface IRoomCheck extends goim.logic.RoomCheck.$Properties {
        }

        /** Represents a RoomCheck. */
        class RoomCheck {

            /**
             * Constructs a new RoomCheck.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.RoomCheck.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomCheck room. */
            room: string;

            /** RoomCheck mid. */
            mid: string;

            /** RoomCheck again. */
            again: boolean;

            /**
             * Creates a new RoomCheck instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomCheck instance
             */
            static create(properties: goim.logic.RoomCheck.$Shape): goim.logic.RoomCheck & goim.logic.RoomCheck.$Shape;
            static create(properties?: goim.logic.RoomCheck.$Properties): goim.logic.RoomCheck;

            /**
             * Encodes the specified RoomCheck message. Does not implicitly {@link goim.logic.RoomCheck.verify|verify} messages.
             * @param message RoomCheck message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.RoomCheck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomCheck message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.RoomCheck & goim.logic.RoomCheck.$Shape} RoomCheck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.RoomCheck & goim.logic.RoomCheck.$Shape;
        }

        namespace RoomCheck {

            /** Properties of a RoomCheck. */
            interface $Properties {

                /** RoomCheck room */
                room?: (string|null);

                /** RoomCheck mid */
                mid?: (string|null);

                /** RoomCheck again */
                again?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomCheck. */
            type $Shape = goim.logic.RoomCheck.$Properties;
        }

        /**
         * Properties of a JoinReq.
         * @deprecated Use goim.logic.JoinReq.$Properties instead.
         */
        interface IJoinReq extends goim.logic.JoinReq.$Properties {
        }

        /** Represents a JoinReq. */
        class JoinReq {

            /**
             * Constructs a new JoinReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.JoinReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinReq checks. */
            checks: goim.logic.RoomCheck.$Properties[];

            /**
             * Creates a new JoinReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JoinReq instance
             */
            static create(properties: goim.logic.JoinReq.$Shape): goim.logic.JoinReq & goim.logic.JoinReq.$Shape;
            static create(properties?: goim.logic.JoinReq.$Properties): goim.logic.JoinReq;

            /**
             * Encodes the specified JoinReq message. Does not implicitly {@link goim.logic.JoinReq.verify|verify} messages.
             * @param message JoinReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.JoinReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.JoinReq & goim.logic.JoinReq.$Shape} JoinReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.JoinReq & goim.logic.JoinReq.$Shape;
        }

        namespace JoinReq {

            /** Properties of a JoinReq. */
            interface $Properties {

                /** JoinReq checks */
                checks?: (goim.logic.RoomCheck.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinReq. */
            type $Shape = goim.logic.JoinReq.$Properties;
        }

        /**
         * Properties of a RoomVerdict.
         * @deprecated Use goim.logic.RoomVerdict.$Properties instead.
         */
        interface IRoomVerdict extends goim.logic.RoomVerdict.$Properties {
        }

        /** Represents a RoomVerdict. */
        class RoomVerdict {

            /**
             * Constructs a new RoomVerdict.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.RoomVerdict.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoomVerdict error. */
            error: string;

            /** RoomVerdict errorText. */
            errorText: string;

            /** RoomVerdict guard. */
            guard: (number|Long);

            /** RoomVerdict since. */
            since?: (number|Long|null);

            /** RoomVerdict epoch. */
            epoch: string;

            /** RoomVerdict noHistory. */
            noHistory: boolean;

            /**
             * Creates a new RoomVerdict instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoomVerdict instance
             */
            static create(properties: goim.logic.RoomVerdict.$Shape): goim.logic.RoomVerdict & goim.logic.RoomVerdict.$Shape;
            static create(properties?: goim.logic.RoomVerdict.$Properties): goim.logic.RoomVerdict;

            /**
             * Encodes the specified RoomVerdict message. Does not implicitly {@link goim.logic.RoomVerdict.verify|verify} messages.
             * @param message RoomVerdict message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.RoomVerdict.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoomVerdict message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.RoomVerdict & goim.logic.RoomVerdict.$Shape} RoomVerdict
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.RoomVerdict & goim.logic.RoomVerdict.$Shape;
        }

        namespace RoomVerdict {

            /** Properties of a RoomVerdict. */
            interface $Properties {

                /** RoomVerdict error */
                error?: (string|null);

                /** RoomVerdict errorText */
                errorText?: (string|null);

                /** RoomVerdict guard */
                guard?: (number|Long|null);

                /** RoomVerdict since */
                since?: (number|Long|null);

                /** RoomVerdict epoch */
                epoch?: (string|null);

                /** RoomVerdict noHistory */
                noHistory?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoomVerdict. */
            type $Shape = goim.logic.RoomVerdict.$Properties;
        }

        /**
         * Properties of a JoinReply.
         * @deprecated Use goim.logic.JoinReply.$Properties instead.
         */
        interface IJoinReply extends goim.logic.JoinReply.$Properties {
        }

        /** Represents a JoinReply. */
        class JoinReply {

            /**
             * Constructs a new JoinReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.JoinReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** JoinReply verdicts. */
            verdicts: goim.logic.RoomVerdict.$Properties[];

            /**
             * Creates a new JoinReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns JoinReply instance
             */
            static create(properties: goim.logic.JoinReply.$Shape): goim.logic.JoinReply & goim.logic.JoinReply.$Shape;
            static create(properties?: goim.logic.JoinReply.$Properties): goim.logic.JoinReply;

            /**
             * Encodes the specified JoinReply message. Does not implicitly {@link goim.logic.JoinReply.verify|verify} messages.
             * @param message JoinReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.JoinReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a JoinReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.JoinReply & goim.logic.JoinReply.$Shape} JoinReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.JoinReply & goim.logic.JoinReply.$Shape;
        }

        namespace JoinReply {

            /** Properties of a JoinReply. */
            interface $Properties {

                /** JoinReply verdicts */
                verdicts?: (goim.logic.RoomVerdict.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a JoinReply. */
            type $Shape = goim.logic.JoinReply.$Properties;
        }

        /**
         * Properties of a GuardsReq.
         * @deprecated Use goim.logic.GuardsReq.$Properties instead.
         */
        interface IGuardsReq extends goim.logic.GuardsReq.$Properties {
        }

        /** Represents a GuardsReq. */
        class GuardsReq {

            /**
             * Constructs a new GuardsReq.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.GuardsReq.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GuardsReq rooms. */
            rooms: string[];

            /**
             * Creates a new GuardsReq instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GuardsReq instance
             */
            static create(properties: goim.logic.GuardsReq.$Shape): goim.logic.GuardsReq & goim.logic.GuardsReq.$Shape;
            static create(properties?: goim.logic.GuardsReq.$Properties): goim.logic.GuardsReq;

            /**
             * Encodes the specified GuardsReq message. Does not implicitly {@link goim.logic.GuardsReq.verify|verify} messages.
             * @param message GuardsReq message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.GuardsReq.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GuardsReq message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.GuardsReq & goim.logic.GuardsReq.$Shape} GuardsReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.GuardsReq & goim.logic.GuardsReq.$Shape;
        }

        namespace GuardsReq {

            /** Properties of a GuardsReq. */
            interface $Properties {

                /** GuardsReq rooms */
                rooms?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GuardsReq. */
            type $Shape = goim.logic.GuardsReq.$Properties;
        }

        /**
         * Properties of a GuardsReply.
         * @deprecated Use goim.logic.GuardsReply.$Properties instead.
         */
        interface IGuardsReply extends goim.logic.GuardsReply.$Properties {
        }

        /** Represents a GuardsReply. */
        class GuardsReply {

            /**
             * Constructs a new GuardsReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.logic.GuardsReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GuardsReply guards. */
            guards: (number|Long)[];

            /**
             * Creates a new GuardsReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GuardsReply instance
             */
            static create(properties: goim.logic.GuardsReply.$Shape): goim.logic.GuardsReply & goim.logic.GuardsReply.$Shape;
            static create(properties?: goim.logic.GuardsReply.$Properties): goim.logic.GuardsReply;

            /**
             * Encodes the specified GuardsReply message. Does not implicitly {@link goim.logic.GuardsReply.verify|verify} messages.
             * @param message GuardsReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.logic.GuardsReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GuardsReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.logic.GuardsReply & goim.logic.GuardsReply.$Shape} GuardsReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.logic.GuardsReply & goim.logic.GuardsReply.$Shape;
        }

        namespace GuardsReply {

            /** Properties of a GuardsReply. */
            interface $Properties {

                /** GuardsReply guards */
                guards?: ((number|Long)[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GuardsReply. */
            type $Shape = goim.logic.GuardsReply.$Properties;
        }
    }

    /** Namespace store. */
    namespace store {

        /**
         * Properties of a MailPageRef.
         * @deprecated Use goim.store.MailPageRef.$Properties instead.
         */
        interface IMailPageRef extends goim.store.MailPageRef.$Properties {
        }

        /** Represents a MailPageRef. */
        class MailPageRef {

            /**
             * Constructs a new MailPageRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.store.MailPageRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailPageRef id. */
            id: string;

            /** MailPageRef revision. */
            revision: (number|Long);

            /** MailPageRef first. */
            first: (number|Long);

            /** MailPageRef last. */
            last: (number|Long);

            /** MailPageRef entries. */
            entries: number;

            /** MailPageRef bytes. */
            bytes: (number|Long);

            /** MailPageRef time. */
            time: (number|Long);

            /**
             * Creates a new MailPageRef instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailPageRef instance
             */
            static create(properties: goim.store.MailPageRef.$Shape): goim.store.MailPageRef & goim.store.MailPageRef.$Shape;
            static create(properties?: goim.store.MailPageRef.$Properties): goim.store.MailPageRef;

            /**
             * Encodes the specified MailPageRef message. Does not implicitly {@link goim.store.MailPageRef.verify|verify} messages.
             * @param message MailPageRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.store.MailPageRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailPageRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.store.MailPageRef & goim.store.MailPageRef.$Shape} MailPageRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.store.MailPageRef & goim.store.MailPageRef.$Shape;
        }

        namespace MailPageRef {

            /** Properties of a MailPageRef. */
            interface $Properties {

                /** MailPageRef id */
                id?: (string|null);

                /** MailPageRef revision */
                revision?: (number|Long|null);

                /** MailPageRef first */
                first?: (number|Long|null);

                /** MailPageRef last */
                last?: (number|Long|null);

                /** MailPageRef entries */
                entries?: (number|null);

                /** MailPageRef bytes */
                bytes?: (number|Long|null);

                /** MailPageRef time */
                time?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailPageRef. */
            type $Shape = goim.store.MailPageRef.$Properties;
        }

        /**
         * Properties of a MailHead.
         * @deprecated Use goim.store.MailHead.$Properties instead.
         */
        interface IMailHead extends goim.store.MailHead.$Properties {
        }

        /** Represents a MailHead. */
        class MailHead {

            /**
             * Constructs a new MailHead.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.store.MailHead.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailHead epoch. */
            epoch: string;

            /** MailHead last. */
            last: (number|Long);

            /** MailHead dropped. */
            dropped: (number|Long);

            /** MailHead pages. */
            pages: goim.store.MailPageRef.$Properties[];

            /** MailHead entries. */
            entries: goim.push.MailEntry.$Properties[];

            /** MailHead life. */
            life: string;

            /**
             * Creates a new MailHead instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailHead instance
             */
            static create(properties: goim.store.MailHead.$Shape): goim.store.MailHead & goim.store.MailHead.$Shape;
            static create(properties?: goim.store.MailHead.$Properties): goim.store.MailHead;

            /**
             * Encodes the specified MailHead message. Does not implicitly {@link goim.store.MailHead.verify|verify} messages.
             * @param message MailHead message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.store.MailHead.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailHead message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.store.MailHead & goim.store.MailHead.$Shape} MailHead
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.store.MailHead & goim.store.MailHead.$Shape;
        }

        namespace MailHead {

            /** Properties of a MailHead. */
            interface $Properties {

                /** MailHead epoch */
                epoch?: (string|null);

                /** MailHead last */
                last?: (number|Long|null);

                /** MailHead dropped */
                dropped?: (number|Long|null);

                /** MailHead pages */
                pages?: (goim.store.MailPageRef.$Properties[]|null);

                /** MailHead entries */
                entries?: (goim.push.MailEntry.$Properties[]|null);

                /** MailHead life */
                life?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailHead. */
            type $Shape = goim.store.MailHead.$Properties;
        }

        /**
         * Properties of a MailPage.
         * @deprecated Use goim.store.MailPage.$Properties instead.
         */
        interface IMailPage extends goim.store.MailPage.$Properties {
        }

        /** Represents a MailPage. */
        class MailPage {

            /**
             * Constructs a new MailPage.
             * @param [properties] Properties to set
             */
            constructor(properties?: goim.store.MailPage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MailPage entries. */
            entries: goim.push.MailEntry.$Properties[];

            /**
             * Creates a new MailPage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MailPage instance
             */
            static create(properties: goim.store.MailPage.$Shape): goim.store.MailPage & goim.store.MailPage.$Shape;
            static create(properties?: goim.store.MailPage.$Properties): goim.store.MailPage;

            /**
             * Encodes the specified MailPage message. Does not implicitly {@link goim.store.MailPage.verify|verify} messages.
             * @param message MailPage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: goim.store.MailPage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MailPage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {goim.store.MailPage & goim.store.MailPage.$Shape} MailPage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): goim.store.MailPage & goim.store.MailPage.$Shape;
        }

        namespace MailPage {

            /** Properties of a MailPage. */
            interface $Properties {

                /** MailPage entries */
                entries?: (goim.push.MailEntry.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MailPage. */
            type $Shape = goim.store.MailPage.$Properties;
        }
    }
}
