/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const goim = $root.goim = (() => {

    /**
     * Namespace goim.
     * @exports goim
     * @namespace
     */
    const goim = {};

    goim.protocol = (function() {

        /**
         * Namespace protocol.
         * @memberof goim
         * @namespace
         */
        const protocol = {};

        protocol.Proto = (function() {

            /**
             * Properties of a Proto.
             * @typedef {Object} goim.protocol.Proto.$Properties
             * @property {number|null} [ver] Proto ver
             * @property {number|null} [op] Proto op
             * @property {number|null} [seq] Proto seq
             * @property {Uint8Array|null} [body] Proto body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Proto.
             * @memberof goim.protocol
             * @interface IProto
             * @augments goim.protocol.Proto.$Properties
             * @deprecated Use goim.protocol.Proto.$Properties instead.
             */

            /**
             * Shape of a Proto.
             * @typedef {goim.protocol.Proto.$Properties} goim.protocol.Proto.$Shape
             */

            /**
             * Constructs a new Proto.
             * @memberof goim.protocol
             * @classdesc Represents a Proto.
             * @constructor
             * @param {goim.protocol.Proto.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Proto = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Proto ver.
             * @member {number} ver
             * @memberof goim.protocol.Proto
             * @instance
             */
            Proto.prototype.ver = 0;

            /**
             * Proto op.
             * @member {number} op
             * @memberof goim.protocol.Proto
             * @instance
             */
            Proto.prototype.op = 0;

            /**
             * Proto seq.
             * @member {number} seq
             * @memberof goim.protocol.Proto
             * @instance
             */
            Proto.prototype.seq = 0;

            /**
             * Proto body.
             * @member {Uint8Array} body
             * @memberof goim.protocol.Proto
             * @instance
             */
            Proto.prototype.body = $util.newBuffer([]);

            /**
             * Creates a new Proto instance using the specified properties.
             * @function create
             * @memberof goim.protocol.Proto
             * @static
             * @param {goim.protocol.Proto.$Properties=} [properties] Properties to set
             * @returns {goim.protocol.Proto} Proto instance
             * @type {{
             *   (properties: goim.protocol.Proto.$Shape): goim.protocol.Proto & goim.protocol.Proto.$Shape;
             *   (properties?: goim.protocol.Proto.$Properties): goim.protocol.Proto;
             * }}
             */
            Proto.create = function(properties) {
                return new Proto(properties);
            };

            /**
             * Encodes the specified Proto message. Does not implicitly {@link goim.protocol.Proto.verify|verify} messages.
             * @function encode
             * @memberof goim.protocol.Proto
             * @static
             * @param {goim.protocol.Proto.$Properties} message Proto message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Proto.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ver != null && $Object.hasOwnProperty.call(message, "ver") && message.ver !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.ver);
                if (message.op != null && $Object.hasOwnProperty.call(message, "op") && message.op !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.op);
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && message.seq !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).int32(message.seq);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.body);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Proto message from the specified reader or buffer.
             * @function decode
             * @memberof goim.protocol.Proto
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.protocol.Proto & goim.protocol.Proto.$Shape} Proto
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Proto.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.protocol.Proto();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.ver = value;
                            else
                                delete message.ver;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.op = value;
                            else
                                delete message.op;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.seq = value;
                            else
                                delete message.seq;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.body = value;
                            else
                                delete message.body;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Proto;
        })();

        return protocol;
    })();

    goim.push = (function() {

        /**
         * Namespace push.
         * @memberof goim
         * @namespace
         */
        const push = {};

        push.PushEntry = (function() {

            /**
             * Properties of a PushEntry.
             * @typedef {Object} goim.push.PushEntry.$Properties
             * @property {number|null} [op] PushEntry op
             * @property {Uint8Array|null} [body] PushEntry body
             * @property {Array.<string>|null} [keys] PushEntry keys
             * @property {number|null} [speed] PushEntry speed
             * @property {number|Long|null} [expiresAt] PushEntry expiresAt
             * @property {number|Long|null} [time] PushEntry time
             * @property {boolean|null} [transient] PushEntry transient
             * @property {boolean|null} [retain] PushEntry retain
             * @property {Array.<string>|null} [exclude] PushEntry exclude
             * @property {string|null} [receipt] PushEntry receipt
             * @property {string|null} [sender] PushEntry sender
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PushEntry.
             * @memberof goim.push
             * @interface IPushEntry
             * @augments goim.push.PushEntry.$Properties
             * @deprecated Use goim.push.PushEntry.$Properties instead.
             */

            /**
             * Shape of a PushEntry.
             * @typedef {goim.push.PushEntry.$Properties} goim.push.PushEntry.$Shape
             */

            /**
             * Constructs a new PushEntry.
             * @memberof goim.push
             * @classdesc Represents a PushEntry.
             * @constructor
             * @param {goim.push.PushEntry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PushEntry = function (properties) {
                this.keys = [];
                this.exclude = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PushEntry op.
             * @member {number} op
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.op = 0;

            /**
             * PushEntry body.
             * @member {Uint8Array} body
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.body = $util.newBuffer([]);

            /**
             * PushEntry keys.
             * @member {Array.<string>} keys
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.keys = $util.emptyArray;

            /**
             * PushEntry speed.
             * @member {number} speed
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.speed = 0;

            /**
             * PushEntry expiresAt.
             * @member {number|Long} expiresAt
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.expiresAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * PushEntry time.
             * @member {number|Long} time
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.time = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * PushEntry transient.
             * @member {boolean} transient
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.transient = false;

            /**
             * PushEntry retain.
             * @member {boolean} retain
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.retain = false;

            /**
             * PushEntry exclude.
             * @member {Array.<string>} exclude
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.exclude = $util.emptyArray;

            /**
             * PushEntry receipt.
             * @member {string} receipt
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.receipt = "";

            /**
             * PushEntry sender.
             * @member {string} sender
             * @memberof goim.push.PushEntry
             * @instance
             */
            PushEntry.prototype.sender = "";

            /**
             * Creates a new PushEntry instance using the specified properties.
             * @function create
             * @memberof goim.push.PushEntry
             * @static
             * @param {goim.push.PushEntry.$Properties=} [properties] Properties to set
             * @returns {goim.push.PushEntry} PushEntry instance
             * @type {{
             *   (properties: goim.push.PushEntry.$Shape): goim.push.PushEntry & goim.push.PushEntry.$Shape;
             *   (properties?: goim.push.PushEntry.$Properties): goim.push.PushEntry;
             * }}
             */
            PushEntry.create = function(properties) {
                return new PushEntry(properties);
            };

            /**
             * Encodes the specified PushEntry message. Does not implicitly {@link goim.push.PushEntry.verify|verify} messages.
             * @function encode
             * @memberof goim.push.PushEntry
             * @static
             * @param {goim.push.PushEntry.$Properties} message PushEntry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PushEntry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.op != null && $Object.hasOwnProperty.call(message, "op") && message.op !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.op);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.body);
                if (message.keys != null && message.keys.length)
                    for (let i = 0; i < message.keys.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.keys[i]);
                if (message.speed != null && $Object.hasOwnProperty.call(message, "speed") && message.speed !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).int32(message.speed);
                if (message.expiresAt != null && $Object.hasOwnProperty.call(message, "expiresAt") && (typeof message.expiresAt === "object" ? message.expiresAt.low || message.expiresAt.high : message.expiresAt !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.expiresAt);
                if (message.time != null && $Object.hasOwnProperty.call(message, "time") && (typeof message.time === "object" ? message.time.low || message.time.high : message.time !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.time);
                if (message.transient != null && $Object.hasOwnProperty.call(message, "transient") && message.transient !== false)
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.transient);
                if (message.retain != null && $Object.hasOwnProperty.call(message, "retain") && message.retain !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.retain);
                if (message.exclude != null && message.exclude.length)
                    for (let i = 0; i < message.exclude.length; ++i)
                        writer.uint32(/* id 9, wireType 2 =*/74).string(message.exclude[i]);
                if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt") && message.receipt !== "")
                    writer.uint32(/* id 10, wireType 2 =*/82).string(message.receipt);
                if (message.sender != null && $Object.hasOwnProperty.call(message, "sender") && message.sender !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.sender);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PushEntry message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.PushEntry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.PushEntry & goim.push.PushEntry.$Shape} PushEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PushEntry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.PushEntry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.op = value;
                            else
                                delete message.op;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.body = value;
                            else
                                delete message.body;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.keys && message.keys.length))
                                message.keys = [];
                            message.keys.push(reader.stringVerify());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.speed = value;
                            else
                                delete message.speed;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.expiresAt = value;
                            else
                                delete message.expiresAt;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.time = value;
                            else
                                delete message.time;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.transient = value;
                            else
                                delete message.transient;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.retain = value;
                            else
                                delete message.retain;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.exclude && message.exclude.length))
                                message.exclude = [];
                            message.exclude.push(reader.stringVerify());
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.receipt = value;
                            else
                                delete message.receipt;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sender = value;
                            else
                                delete message.sender;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PushEntry;
        })();

        push.PushBatch = (function() {

            /**
             * Properties of a PushBatch.
             * @typedef {Object} goim.push.PushBatch.$Properties
             * @property {Array.<goim.push.PushEntry.$Properties>|null} [entries] PushBatch entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PushBatch.
             * @memberof goim.push
             * @interface IPushBatch
             * @augments goim.push.PushBatch.$Properties
             * @deprecated Use goim.push.PushBatch.$Properties instead.
             */

            /**
             * Shape of a PushBatch.
             * @typedef {goim.push.PushBatch.$Properties} goim.push.PushBatch.$Shape
             */

            /**
             * Constructs a new PushBatch.
             * @memberof goim.push
             * @classdesc Represents a PushBatch.
             * @constructor
             * @param {goim.push.PushBatch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PushBatch = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PushBatch entries.
             * @member {Array.<goim.push.PushEntry.$Properties>} entries
             * @memberof goim.push.PushBatch
             * @instance
             */
            PushBatch.prototype.entries = $util.emptyArray;

            /**
             * Creates a new PushBatch instance using the specified properties.
             * @function create
             * @memberof goim.push.PushBatch
             * @static
             * @param {goim.push.PushBatch.$Properties=} [properties] Properties to set
             * @returns {goim.push.PushBatch} PushBatch instance
             * @type {{
             *   (properties: goim.push.PushBatch.$Shape): goim.push.PushBatch & goim.push.PushBatch.$Shape;
             *   (properties?: goim.push.PushBatch.$Properties): goim.push.PushBatch;
             * }}
             */
            PushBatch.create = function(properties) {
                return new PushBatch(properties);
            };

            /**
             * Encodes the specified PushBatch message. Does not implicitly {@link goim.push.PushBatch.verify|verify} messages.
             * @function encode
             * @memberof goim.push.PushBatch
             * @static
             * @param {goim.push.PushBatch.$Properties} message PushBatch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PushBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.PushEntry.encode(message.entries[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PushBatch message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.PushBatch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.PushBatch & goim.push.PushBatch.$Shape} PushBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PushBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.PushBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.PushEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PushBatch;
        })();

        push.CastEntry = (function() {

            /**
             * Properties of a CastEntry.
             * @typedef {Object} goim.push.CastEntry.$Properties
             * @property {number|Long|null} [offset] CastEntry offset
             * @property {number|null} [op] CastEntry op
             * @property {Uint8Array|null} [body] CastEntry body
             * @property {number|null} [speed] CastEntry speed
             * @property {number|Long|null} [expiresAt] CastEntry expiresAt
             * @property {number|Long|null} [time] CastEntry time
             * @property {number|Long|null} [loginBefore] CastEntry loginBefore
             * @property {boolean|null} [transient] CastEntry transient
             * @property {boolean|null} [retain] CastEntry retain
             * @property {Array.<string>|null} [exclude] CastEntry exclude
             * @property {string|null} [sender] CastEntry sender
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CastEntry.
             * @memberof goim.push
             * @interface ICastEntry
             * @augments goim.push.CastEntry.$Properties
             * @deprecated Use goim.push.CastEntry.$Properties instead.
             */

            /**
             * Shape of a CastEntry.
             * @typedef {goim.push.CastEntry.$Properties} goim.push.CastEntry.$Shape
             */

            /**
             * Constructs a new CastEntry.
             * @memberof goim.push
             * @classdesc Represents a CastEntry.
             * @constructor
             * @param {goim.push.CastEntry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CastEntry = function (properties) {
                this.exclude = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CastEntry offset.
             * @member {number|Long} offset
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * CastEntry op.
             * @member {number} op
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.op = 0;

            /**
             * CastEntry body.
             * @member {Uint8Array} body
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.body = $util.newBuffer([]);

            /**
             * CastEntry speed.
             * @member {number} speed
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.speed = 0;

            /**
             * CastEntry expiresAt.
             * @member {number|Long} expiresAt
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.expiresAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * CastEntry time.
             * @member {number|Long} time
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.time = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * CastEntry loginBefore.
             * @member {number|Long} loginBefore
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.loginBefore = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * CastEntry transient.
             * @member {boolean} transient
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.transient = false;

            /**
             * CastEntry retain.
             * @member {boolean} retain
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.retain = false;

            /**
             * CastEntry exclude.
             * @member {Array.<string>} exclude
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.exclude = $util.emptyArray;

            /**
             * CastEntry sender.
             * @member {string} sender
             * @memberof goim.push.CastEntry
             * @instance
             */
            CastEntry.prototype.sender = "";

            /**
             * Creates a new CastEntry instance using the specified properties.
             * @function create
             * @memberof goim.push.CastEntry
             * @static
             * @param {goim.push.CastEntry.$Properties=} [properties] Properties to set
             * @returns {goim.push.CastEntry} CastEntry instance
             * @type {{
             *   (properties: goim.push.CastEntry.$Shape): goim.push.CastEntry & goim.push.CastEntry.$Shape;
             *   (properties?: goim.push.CastEntry.$Properties): goim.push.CastEntry;
             * }}
             */
            CastEntry.create = function(properties) {
                return new CastEntry(properties);
            };

            /**
             * Encodes the specified CastEntry message. Does not implicitly {@link goim.push.CastEntry.verify|verify} messages.
             * @function encode
             * @memberof goim.push.CastEntry
             * @static
             * @param {goim.push.CastEntry.$Properties} message CastEntry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CastEntry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.offset);
                if (message.op != null && $Object.hasOwnProperty.call(message, "op") && message.op !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.op);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.body);
                if (message.speed != null && $Object.hasOwnProperty.call(message, "speed") && message.speed !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).int32(message.speed);
                if (message.expiresAt != null && $Object.hasOwnProperty.call(message, "expiresAt") && (typeof message.expiresAt === "object" ? message.expiresAt.low || message.expiresAt.high : message.expiresAt !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.expiresAt);
                if (message.time != null && $Object.hasOwnProperty.call(message, "time") && (typeof message.time === "object" ? message.time.low || message.time.high : message.time !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.time);
                if (message.loginBefore != null && $Object.hasOwnProperty.call(message, "loginBefore") && (typeof message.loginBefore === "object" ? message.loginBefore.low || message.loginBefore.high : message.loginBefore !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.loginBefore);
                if (message.transient != null && $Object.hasOwnProperty.call(message, "transient") && message.transient !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.transient);
                if (message.retain != null && $Object.hasOwnProperty.call(message, "retain") && message.retain !== false)
                    writer.uint32(/* id 9, wireType 0 =*/72).bool(message.retain);
                if (message.exclude != null && message.exclude.length)
                    for (let i = 0; i < message.exclude.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).string(message.exclude[i]);
                if (message.sender != null && $Object.hasOwnProperty.call(message, "sender") && message.sender !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.sender);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CastEntry message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.CastEntry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.CastEntry & goim.push.CastEntry.$Shape} CastEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CastEntry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.CastEntry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.op = value;
                            else
                                delete message.op;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.body = value;
                            else
                                delete message.body;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.speed = value;
                            else
                                delete message.speed;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.expiresAt = value;
                            else
                                delete message.expiresAt;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.time = value;
                            else
                                delete message.time;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.loginBefore = value;
                            else
                                delete message.loginBefore;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.transient = value;
                            else
                                delete message.transient;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.retain = value;
                            else
                                delete message.retain;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.exclude && message.exclude.length))
                                message.exclude = [];
                            message.exclude.push(reader.stringVerify());
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sender = value;
                            else
                                delete message.sender;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CastEntry;
        })();

        push.Receipt = (function() {

            /**
             * Properties of a Receipt.
             * @typedef {Object} goim.push.Receipt.$Properties
             * @property {string|null} [target] Receipt target
             * @property {number|Long|null} [offset] Receipt offset
             * @property {number|null} [delivered] Receipt delivered
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Receipt.
             * @memberof goim.push
             * @interface IReceipt
             * @augments goim.push.Receipt.$Properties
             * @deprecated Use goim.push.Receipt.$Properties instead.
             */

            /**
             * Shape of a Receipt.
             * @typedef {goim.push.Receipt.$Properties} goim.push.Receipt.$Shape
             */

            /**
             * Constructs a new Receipt.
             * @memberof goim.push
             * @classdesc Represents a Receipt.
             * @constructor
             * @param {goim.push.Receipt.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Receipt = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Receipt target.
             * @member {string} target
             * @memberof goim.push.Receipt
             * @instance
             */
            Receipt.prototype.target = "";

            /**
             * Receipt offset.
             * @member {number|Long} offset
             * @memberof goim.push.Receipt
             * @instance
             */
            Receipt.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Receipt delivered.
             * @member {number} delivered
             * @memberof goim.push.Receipt
             * @instance
             */
            Receipt.prototype.delivered = 0;

            /**
             * Creates a new Receipt instance using the specified properties.
             * @function create
             * @memberof goim.push.Receipt
             * @static
             * @param {goim.push.Receipt.$Properties=} [properties] Properties to set
             * @returns {goim.push.Receipt} Receipt instance
             * @type {{
             *   (properties: goim.push.Receipt.$Shape): goim.push.Receipt & goim.push.Receipt.$Shape;
             *   (properties?: goim.push.Receipt.$Properties): goim.push.Receipt;
             * }}
             */
            Receipt.create = function(properties) {
                return new Receipt(properties);
            };

            /**
             * Encodes the specified Receipt message. Does not implicitly {@link goim.push.Receipt.verify|verify} messages.
             * @function encode
             * @memberof goim.push.Receipt
             * @static
             * @param {goim.push.Receipt.$Properties} message Receipt message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Receipt.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.target);
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
                if (message.delivered != null && $Object.hasOwnProperty.call(message, "delivered") && message.delivered !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.delivered);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Receipt message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.Receipt
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.Receipt & goim.push.Receipt.$Shape} Receipt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Receipt.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.Receipt();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.target = value;
                            else
                                delete message.target;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.delivered = value;
                            else
                                delete message.delivered;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Receipt;
        })();

        push.MailEntry = (function() {

            /**
             * Properties of a MailEntry.
             * @typedef {Object} goim.push.MailEntry.$Properties
             * @property {number|Long|null} [offset] MailEntry offset
             * @property {number|null} [op] MailEntry op
             * @property {Uint8Array|null} [body] MailEntry body
             * @property {number|Long|null} [expiresAt] MailEntry expiresAt
             * @property {number|Long|null} [time] MailEntry time
             * @property {number|null} [bytes] MailEntry bytes
             * @property {string|null} [sender] MailEntry sender
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailEntry.
             * @memberof goim.push
             * @interface IMailEntry
             * @augments goim.push.MailEntry.$Properties
             * @deprecated Use goim.push.MailEntry.$Properties instead.
             */

            /**
             * Shape of a MailEntry.
             * @typedef {goim.push.MailEntry.$Properties} goim.push.MailEntry.$Shape
             */

            /**
             * Constructs a new MailEntry.
             * @memberof goim.push
             * @classdesc Represents a MailEntry.
             * @constructor
             * @param {goim.push.MailEntry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailEntry = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailEntry offset.
             * @member {number|Long} offset
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailEntry op.
             * @member {number} op
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.op = 0;

            /**
             * MailEntry body.
             * @member {Uint8Array|null|undefined} body
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.body = null;

            /**
             * MailEntry expiresAt.
             * @member {number|Long} expiresAt
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.expiresAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailEntry time.
             * @member {number|Long} time
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.time = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailEntry bytes.
             * @member {number} bytes
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.bytes = 0;

            /**
             * MailEntry sender.
             * @member {string} sender
             * @memberof goim.push.MailEntry
             * @instance
             */
            MailEntry.prototype.sender = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(MailEntry.prototype, "_body", {
                get: $util.oneOfGetter($oneOfFields = ["body"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new MailEntry instance using the specified properties.
             * @function create
             * @memberof goim.push.MailEntry
             * @static
             * @param {goim.push.MailEntry.$Properties=} [properties] Properties to set
             * @returns {goim.push.MailEntry} MailEntry instance
             * @type {{
             *   (properties: goim.push.MailEntry.$Shape): goim.push.MailEntry & goim.push.MailEntry.$Shape;
             *   (properties?: goim.push.MailEntry.$Properties): goim.push.MailEntry;
             * }}
             */
            MailEntry.create = function(properties) {
                return new MailEntry(properties);
            };

            /**
             * Encodes the specified MailEntry message. Does not implicitly {@link goim.push.MailEntry.verify|verify} messages.
             * @function encode
             * @memberof goim.push.MailEntry
             * @static
             * @param {goim.push.MailEntry.$Properties} message MailEntry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailEntry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.offset);
                if (message.op != null && $Object.hasOwnProperty.call(message, "op") && message.op !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.op);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body"))
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.body);
                if (message.expiresAt != null && $Object.hasOwnProperty.call(message, "expiresAt") && (typeof message.expiresAt === "object" ? message.expiresAt.low || message.expiresAt.high : message.expiresAt !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.expiresAt);
                if (message.time != null && $Object.hasOwnProperty.call(message, "time") && (typeof message.time === "object" ? message.time.low || message.time.high : message.time !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.time);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.bytes);
                if (message.sender != null && $Object.hasOwnProperty.call(message, "sender") && message.sender !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.sender);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailEntry message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.MailEntry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.MailEntry & goim.push.MailEntry.$Shape} MailEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailEntry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.MailEntry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.op = value;
                            else
                                delete message.op;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.body = reader.bytes();
                            message._body = "body";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.expiresAt = value;
                            else
                                delete message.expiresAt;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.time = value;
                            else
                                delete message.time;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.bytes = value;
                            else
                                delete message.bytes;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sender = value;
                            else
                                delete message.sender;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailEntry;
        })();

        push.RoomCast = (function() {

            /**
             * Properties of a RoomCast.
             * @typedef {Object} goim.push.RoomCast.$Properties
             * @property {string|null} [epoch] RoomCast epoch
             * @property {number|Long|null} [prev] RoomCast prev
             * @property {Array.<goim.push.CastEntry.$Properties>|null} [entries] RoomCast entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomCast.
             * @memberof goim.push
             * @interface IRoomCast
             * @augments goim.push.RoomCast.$Properties
             * @deprecated Use goim.push.RoomCast.$Properties instead.
             */

            /**
             * Shape of a RoomCast.
             * @typedef {goim.push.RoomCast.$Properties} goim.push.RoomCast.$Shape
             */

            /**
             * Constructs a new RoomCast.
             * @memberof goim.push
             * @classdesc Represents a RoomCast.
             * @constructor
             * @param {goim.push.RoomCast.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomCast = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomCast epoch.
             * @member {string} epoch
             * @memberof goim.push.RoomCast
             * @instance
             */
            RoomCast.prototype.epoch = "";

            /**
             * RoomCast prev.
             * @member {number|Long|null|undefined} prev
             * @memberof goim.push.RoomCast
             * @instance
             */
            RoomCast.prototype.prev = null;

            /**
             * RoomCast entries.
             * @member {Array.<goim.push.CastEntry.$Properties>} entries
             * @memberof goim.push.RoomCast
             * @instance
             */
            RoomCast.prototype.entries = $util.emptyArray;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(RoomCast.prototype, "_prev", {
                get: $util.oneOfGetter($oneOfFields = ["prev"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new RoomCast instance using the specified properties.
             * @function create
             * @memberof goim.push.RoomCast
             * @static
             * @param {goim.push.RoomCast.$Properties=} [properties] Properties to set
             * @returns {goim.push.RoomCast} RoomCast instance
             * @type {{
             *   (properties: goim.push.RoomCast.$Shape): goim.push.RoomCast & goim.push.RoomCast.$Shape;
             *   (properties?: goim.push.RoomCast.$Properties): goim.push.RoomCast;
             * }}
             */
            RoomCast.create = function(properties) {
                return new RoomCast(properties);
            };

            /**
             * Encodes the specified RoomCast message. Does not implicitly {@link goim.push.RoomCast.verify|verify} messages.
             * @function encode
             * @memberof goim.push.RoomCast
             * @static
             * @param {goim.push.RoomCast.$Properties} message RoomCast message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomCast.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.epoch);
                if (message.prev != null && $Object.hasOwnProperty.call(message, "prev"))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.prev);
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.CastEntry.encode(message.entries[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomCast message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.RoomCast
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.RoomCast & goim.push.RoomCast.$Shape} RoomCast
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomCast.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.RoomCast();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.prev = reader.uint64();
                            message._prev = "prev";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.CastEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomCast;
        })();

        push.DigestRoom = (function() {

            /**
             * Properties of a DigestRoom.
             * @typedef {Object} goim.push.DigestRoom.$Properties
             * @property {string|null} [room] DigestRoom room
             * @property {number|Long|null} [last] DigestRoom last
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DigestRoom.
             * @memberof goim.push
             * @interface IDigestRoom
             * @augments goim.push.DigestRoom.$Properties
             * @deprecated Use goim.push.DigestRoom.$Properties instead.
             */

            /**
             * Shape of a DigestRoom.
             * @typedef {goim.push.DigestRoom.$Properties} goim.push.DigestRoom.$Shape
             */

            /**
             * Constructs a new DigestRoom.
             * @memberof goim.push
             * @classdesc Represents a DigestRoom.
             * @constructor
             * @param {goim.push.DigestRoom.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DigestRoom = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DigestRoom room.
             * @member {string} room
             * @memberof goim.push.DigestRoom
             * @instance
             */
            DigestRoom.prototype.room = "";

            /**
             * DigestRoom last.
             * @member {number|Long} last
             * @memberof goim.push.DigestRoom
             * @instance
             */
            DigestRoom.prototype.last = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new DigestRoom instance using the specified properties.
             * @function create
             * @memberof goim.push.DigestRoom
             * @static
             * @param {goim.push.DigestRoom.$Properties=} [properties] Properties to set
             * @returns {goim.push.DigestRoom} DigestRoom instance
             * @type {{
             *   (properties: goim.push.DigestRoom.$Shape): goim.push.DigestRoom & goim.push.DigestRoom.$Shape;
             *   (properties?: goim.push.DigestRoom.$Properties): goim.push.DigestRoom;
             * }}
             */
            DigestRoom.create = function(properties) {
                return new DigestRoom(properties);
            };

            /**
             * Encodes the specified DigestRoom message. Does not implicitly {@link goim.push.DigestRoom.verify|verify} messages.
             * @function encode
             * @memberof goim.push.DigestRoom
             * @static
             * @param {goim.push.DigestRoom.$Properties} message DigestRoom message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DigestRoom.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.room);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && (typeof message.last === "object" ? message.last.low || message.last.high : message.last !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.last);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DigestRoom message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.DigestRoom
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.DigestRoom & goim.push.DigestRoom.$Shape} DigestRoom
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DigestRoom.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.DigestRoom();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DigestRoom;
        })();

        push.Digest = (function() {

            /**
             * Properties of a Digest.
             * @typedef {Object} goim.push.Digest.$Properties
             * @property {string|null} [epoch] Digest epoch
             * @property {string|null} [job] Digest job
             * @property {number|Long|null} [term] Digest term
             * @property {number|Long|null} [n] Digest n
             * @property {number|null} [part] Digest part
             * @property {number|null} [parts] Digest parts
             * @property {Array.<goim.push.DigestRoom.$Properties>|null} [rooms] Digest rooms
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Digest.
             * @memberof goim.push
             * @interface IDigest
             * @augments goim.push.Digest.$Properties
             * @deprecated Use goim.push.Digest.$Properties instead.
             */

            /**
             * Shape of a Digest.
             * @typedef {goim.push.Digest.$Properties} goim.push.Digest.$Shape
             */

            /**
             * Constructs a new Digest.
             * @memberof goim.push
             * @classdesc Represents a Digest.
             * @constructor
             * @param {goim.push.Digest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Digest = function (properties) {
                this.rooms = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Digest epoch.
             * @member {string} epoch
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.epoch = "";

            /**
             * Digest job.
             * @member {string} job
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.job = "";

            /**
             * Digest term.
             * @member {number|Long} term
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Digest n.
             * @member {number|Long} n
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Digest part.
             * @member {number} part
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.part = 0;

            /**
             * Digest parts.
             * @member {number} parts
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.parts = 0;

            /**
             * Digest rooms.
             * @member {Array.<goim.push.DigestRoom.$Properties>} rooms
             * @memberof goim.push.Digest
             * @instance
             */
            Digest.prototype.rooms = $util.emptyArray;

            /**
             * Creates a new Digest instance using the specified properties.
             * @function create
             * @memberof goim.push.Digest
             * @static
             * @param {goim.push.Digest.$Properties=} [properties] Properties to set
             * @returns {goim.push.Digest} Digest instance
             * @type {{
             *   (properties: goim.push.Digest.$Shape): goim.push.Digest & goim.push.Digest.$Shape;
             *   (properties?: goim.push.Digest.$Properties): goim.push.Digest;
             * }}
             */
            Digest.create = function(properties) {
                return new Digest(properties);
            };

            /**
             * Encodes the specified Digest message. Does not implicitly {@link goim.push.Digest.verify|verify} messages.
             * @function encode
             * @memberof goim.push.Digest
             * @static
             * @param {goim.push.Digest.$Properties} message Digest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Digest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.epoch);
                if (message.job != null && $Object.hasOwnProperty.call(message, "job") && message.job !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.job);
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && (typeof message.term === "object" ? message.term.low || message.term.high : message.term !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.term);
                if (message.n != null && $Object.hasOwnProperty.call(message, "n") && (typeof message.n === "object" ? message.n.low || message.n.high : message.n !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.n);
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.part);
                if (message.parts != null && $Object.hasOwnProperty.call(message, "parts") && message.parts !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.parts);
                if (message.rooms != null && message.rooms.length)
                    for (let i = 0; i < message.rooms.length; ++i)
                        $root.goim.push.DigestRoom.encode(message.rooms[i], writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Digest message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.Digest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.Digest & goim.push.Digest.$Shape} Digest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Digest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.Digest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.job = value;
                            else
                                delete message.job;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.n = value;
                            else
                                delete message.n;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.parts = value;
                            else
                                delete message.parts;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.rooms && message.rooms.length))
                                message.rooms = [];
                            message.rooms.push($root.goim.push.DigestRoom.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Digest;
        })();

        push.DigestReq = (function() {

            /**
             * Properties of a DigestReq.
             * @typedef {Object} goim.push.DigestReq.$Properties
             * @property {string|null} [stream] DigestReq stream
             * @property {number|null} [shard] DigestReq shard
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DigestReq.
             * @memberof goim.push
             * @interface IDigestReq
             * @augments goim.push.DigestReq.$Properties
             * @deprecated Use goim.push.DigestReq.$Properties instead.
             */

            /**
             * Shape of a DigestReq.
             * @typedef {goim.push.DigestReq.$Properties} goim.push.DigestReq.$Shape
             */

            /**
             * Constructs a new DigestReq.
             * @memberof goim.push
             * @classdesc Represents a DigestReq.
             * @constructor
             * @param {goim.push.DigestReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DigestReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DigestReq stream.
             * @member {string} stream
             * @memberof goim.push.DigestReq
             * @instance
             */
            DigestReq.prototype.stream = "";

            /**
             * DigestReq shard.
             * @member {number} shard
             * @memberof goim.push.DigestReq
             * @instance
             */
            DigestReq.prototype.shard = 0;

            /**
             * Creates a new DigestReq instance using the specified properties.
             * @function create
             * @memberof goim.push.DigestReq
             * @static
             * @param {goim.push.DigestReq.$Properties=} [properties] Properties to set
             * @returns {goim.push.DigestReq} DigestReq instance
             * @type {{
             *   (properties: goim.push.DigestReq.$Shape): goim.push.DigestReq & goim.push.DigestReq.$Shape;
             *   (properties?: goim.push.DigestReq.$Properties): goim.push.DigestReq;
             * }}
             */
            DigestReq.create = function(properties) {
                return new DigestReq(properties);
            };

            /**
             * Encodes the specified DigestReq message. Does not implicitly {@link goim.push.DigestReq.verify|verify} messages.
             * @function encode
             * @memberof goim.push.DigestReq
             * @static
             * @param {goim.push.DigestReq.$Properties} message DigestReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DigestReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stream != null && $Object.hasOwnProperty.call(message, "stream") && message.stream !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.stream);
                if (message.shard != null && $Object.hasOwnProperty.call(message, "shard") && message.shard !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.shard);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DigestReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.DigestReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.DigestReq & goim.push.DigestReq.$Shape} DigestReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DigestReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.DigestReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stream = value;
                            else
                                delete message.stream;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.shard = value;
                            else
                                delete message.shard;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DigestReq;
        })();

        push.DigestReply = (function() {

            /**
             * Properties of a DigestReply.
             * @typedef {Object} goim.push.DigestReply.$Properties
             * @property {boolean|null} [owner] DigestReply owner
             * @property {string|null} [epoch] DigestReply epoch
             * @property {number|Long|null} [term] DigestReply term
             * @property {number|Long|null} [n] DigestReply n
             * @property {Array.<goim.push.DigestRoom.$Properties>|null} [rooms] DigestReply rooms
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DigestReply.
             * @memberof goim.push
             * @interface IDigestReply
             * @augments goim.push.DigestReply.$Properties
             * @deprecated Use goim.push.DigestReply.$Properties instead.
             */

            /**
             * Shape of a DigestReply.
             * @typedef {goim.push.DigestReply.$Properties} goim.push.DigestReply.$Shape
             */

            /**
             * Constructs a new DigestReply.
             * @memberof goim.push
             * @classdesc Represents a DigestReply.
             * @constructor
             * @param {goim.push.DigestReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DigestReply = function (properties) {
                this.rooms = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DigestReply owner.
             * @member {boolean} owner
             * @memberof goim.push.DigestReply
             * @instance
             */
            DigestReply.prototype.owner = false;

            /**
             * DigestReply epoch.
             * @member {string} epoch
             * @memberof goim.push.DigestReply
             * @instance
             */
            DigestReply.prototype.epoch = "";

            /**
             * DigestReply term.
             * @member {number|Long} term
             * @memberof goim.push.DigestReply
             * @instance
             */
            DigestReply.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * DigestReply n.
             * @member {number|Long} n
             * @memberof goim.push.DigestReply
             * @instance
             */
            DigestReply.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * DigestReply rooms.
             * @member {Array.<goim.push.DigestRoom.$Properties>} rooms
             * @memberof goim.push.DigestReply
             * @instance
             */
            DigestReply.prototype.rooms = $util.emptyArray;

            /**
             * Creates a new DigestReply instance using the specified properties.
             * @function create
             * @memberof goim.push.DigestReply
             * @static
             * @param {goim.push.DigestReply.$Properties=} [properties] Properties to set
             * @returns {goim.push.DigestReply} DigestReply instance
             * @type {{
             *   (properties: goim.push.DigestReply.$Shape): goim.push.DigestReply & goim.push.DigestReply.$Shape;
             *   (properties?: goim.push.DigestReply.$Properties): goim.push.DigestReply;
             * }}
             */
            DigestReply.create = function(properties) {
                return new DigestReply(properties);
            };

            /**
             * Encodes the specified DigestReply message. Does not implicitly {@link goim.push.DigestReply.verify|verify} messages.
             * @function encode
             * @memberof goim.push.DigestReply
             * @static
             * @param {goim.push.DigestReply.$Properties} message DigestReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DigestReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.owner != null && $Object.hasOwnProperty.call(message, "owner") && message.owner !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.owner);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.epoch);
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && (typeof message.term === "object" ? message.term.low || message.term.high : message.term !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.term);
                if (message.n != null && $Object.hasOwnProperty.call(message, "n") && (typeof message.n === "object" ? message.n.low || message.n.high : message.n !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.n);
                if (message.rooms != null && message.rooms.length)
                    for (let i = 0; i < message.rooms.length; ++i)
                        $root.goim.push.DigestRoom.encode(message.rooms[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DigestReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.push.DigestReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.push.DigestReply & goim.push.DigestReply.$Shape} DigestReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DigestReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.push.DigestReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.owner = value;
                            else
                                delete message.owner;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.n = value;
                            else
                                delete message.n;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.rooms && message.rooms.length))
                                message.rooms = [];
                            message.rooms.push($root.goim.push.DigestRoom.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DigestReply;
        })();

        return push;
    })();

    goim.comet = (function() {

        /**
         * Namespace comet.
         * @memberof goim
         * @namespace
         */
        const comet = {};

        comet.DeliverItem = (function() {

            /**
             * Properties of a DeliverItem.
             * @typedef {Object} goim.comet.DeliverItem.$Properties
             * @property {string|null} [mid] DeliverItem mid
             * @property {Array.<string>|null} [keys] DeliverItem keys
             * @property {Array.<goim.push.CastEntry.$Properties>|null} [entries] DeliverItem entries
             * @property {number|Long|null} [prev] DeliverItem prev
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliverItem.
             * @memberof goim.comet
             * @interface IDeliverItem
             * @augments goim.comet.DeliverItem.$Properties
             * @deprecated Use goim.comet.DeliverItem.$Properties instead.
             */

            /**
             * Shape of a DeliverItem.
             * @typedef {goim.comet.DeliverItem.$Properties} goim.comet.DeliverItem.$Shape
             */

            /**
             * Constructs a new DeliverItem.
             * @memberof goim.comet
             * @classdesc Represents a DeliverItem.
             * @constructor
             * @param {goim.comet.DeliverItem.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliverItem = function (properties) {
                this.keys = [];
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliverItem mid.
             * @member {string} mid
             * @memberof goim.comet.DeliverItem
             * @instance
             */
            DeliverItem.prototype.mid = "";

            /**
             * DeliverItem keys.
             * @member {Array.<string>} keys
             * @memberof goim.comet.DeliverItem
             * @instance
             */
            DeliverItem.prototype.keys = $util.emptyArray;

            /**
             * DeliverItem entries.
             * @member {Array.<goim.push.CastEntry.$Properties>} entries
             * @memberof goim.comet.DeliverItem
             * @instance
             */
            DeliverItem.prototype.entries = $util.emptyArray;

            /**
             * DeliverItem prev.
             * @member {number|Long|null|undefined} prev
             * @memberof goim.comet.DeliverItem
             * @instance
             */
            DeliverItem.prototype.prev = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(DeliverItem.prototype, "_prev", {
                get: $util.oneOfGetter($oneOfFields = ["prev"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new DeliverItem instance using the specified properties.
             * @function create
             * @memberof goim.comet.DeliverItem
             * @static
             * @param {goim.comet.DeliverItem.$Properties=} [properties] Properties to set
             * @returns {goim.comet.DeliverItem} DeliverItem instance
             * @type {{
             *   (properties: goim.comet.DeliverItem.$Shape): goim.comet.DeliverItem & goim.comet.DeliverItem.$Shape;
             *   (properties?: goim.comet.DeliverItem.$Properties): goim.comet.DeliverItem;
             * }}
             */
            DeliverItem.create = function(properties) {
                return new DeliverItem(properties);
            };

            /**
             * Encodes the specified DeliverItem message. Does not implicitly {@link goim.comet.DeliverItem.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.DeliverItem
             * @static
             * @param {goim.comet.DeliverItem.$Properties} message DeliverItem message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliverItem.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.keys != null && message.keys.length)
                    for (let i = 0; i < message.keys.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.keys[i]);
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.CastEntry.encode(message.entries[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.prev != null && $Object.hasOwnProperty.call(message, "prev"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.prev);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliverItem message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.DeliverItem
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.DeliverItem & goim.comet.DeliverItem.$Shape} DeliverItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliverItem.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.DeliverItem();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.keys && message.keys.length))
                                message.keys = [];
                            message.keys.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.CastEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.prev = reader.uint64();
                            message._prev = "prev";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliverItem;
        })();

        comet.DeliverReq = (function() {

            /**
             * Properties of a DeliverReq.
             * @typedef {Object} goim.comet.DeliverReq.$Properties
             * @property {string|null} [incarnation] DeliverReq incarnation
             * @property {string|null} [epoch] DeliverReq epoch
             * @property {Array.<goim.comet.DeliverItem.$Properties>|null} [items] DeliverReq items
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliverReq.
             * @memberof goim.comet
             * @interface IDeliverReq
             * @augments goim.comet.DeliverReq.$Properties
             * @deprecated Use goim.comet.DeliverReq.$Properties instead.
             */

            /**
             * Shape of a DeliverReq.
             * @typedef {goim.comet.DeliverReq.$Properties} goim.comet.DeliverReq.$Shape
             */

            /**
             * Constructs a new DeliverReq.
             * @memberof goim.comet
             * @classdesc Represents a DeliverReq.
             * @constructor
             * @param {goim.comet.DeliverReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliverReq = function (properties) {
                this.items = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliverReq incarnation.
             * @member {string} incarnation
             * @memberof goim.comet.DeliverReq
             * @instance
             */
            DeliverReq.prototype.incarnation = "";

            /**
             * DeliverReq epoch.
             * @member {string} epoch
             * @memberof goim.comet.DeliverReq
             * @instance
             */
            DeliverReq.prototype.epoch = "";

            /**
             * DeliverReq items.
             * @member {Array.<goim.comet.DeliverItem.$Properties>} items
             * @memberof goim.comet.DeliverReq
             * @instance
             */
            DeliverReq.prototype.items = $util.emptyArray;

            /**
             * Creates a new DeliverReq instance using the specified properties.
             * @function create
             * @memberof goim.comet.DeliverReq
             * @static
             * @param {goim.comet.DeliverReq.$Properties=} [properties] Properties to set
             * @returns {goim.comet.DeliverReq} DeliverReq instance
             * @type {{
             *   (properties: goim.comet.DeliverReq.$Shape): goim.comet.DeliverReq & goim.comet.DeliverReq.$Shape;
             *   (properties?: goim.comet.DeliverReq.$Properties): goim.comet.DeliverReq;
             * }}
             */
            DeliverReq.create = function(properties) {
                return new DeliverReq(properties);
            };

            /**
             * Encodes the specified DeliverReq message. Does not implicitly {@link goim.comet.DeliverReq.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.DeliverReq
             * @static
             * @param {goim.comet.DeliverReq.$Properties} message DeliverReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliverReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.incarnation);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.epoch);
                if (message.items != null && message.items.length)
                    for (let i = 0; i < message.items.length; ++i)
                        $root.goim.comet.DeliverItem.encode(message.items[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliverReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.DeliverReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.DeliverReq & goim.comet.DeliverReq.$Shape} DeliverReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliverReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.DeliverReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.items && message.items.length))
                                message.items = [];
                            message.items.push($root.goim.comet.DeliverItem.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliverReq;
        })();

        comet.DeliverResult = (function() {

            /**
             * Properties of a DeliverResult.
             * @typedef {Object} goim.comet.DeliverResult.$Properties
             * @property {number|null} [delivered] DeliverResult delivered
             * @property {Array.<string>|null} [unknown] DeliverResult unknown
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliverResult.
             * @memberof goim.comet
             * @interface IDeliverResult
             * @augments goim.comet.DeliverResult.$Properties
             * @deprecated Use goim.comet.DeliverResult.$Properties instead.
             */

            /**
             * Shape of a DeliverResult.
             * @typedef {goim.comet.DeliverResult.$Properties} goim.comet.DeliverResult.$Shape
             */

            /**
             * Constructs a new DeliverResult.
             * @memberof goim.comet
             * @classdesc Represents a DeliverResult.
             * @constructor
             * @param {goim.comet.DeliverResult.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliverResult = function (properties) {
                this.unknown = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliverResult delivered.
             * @member {number} delivered
             * @memberof goim.comet.DeliverResult
             * @instance
             */
            DeliverResult.prototype.delivered = 0;

            /**
             * DeliverResult unknown.
             * @member {Array.<string>} unknown
             * @memberof goim.comet.DeliverResult
             * @instance
             */
            DeliverResult.prototype.unknown = $util.emptyArray;

            /**
             * Creates a new DeliverResult instance using the specified properties.
             * @function create
             * @memberof goim.comet.DeliverResult
             * @static
             * @param {goim.comet.DeliverResult.$Properties=} [properties] Properties to set
             * @returns {goim.comet.DeliverResult} DeliverResult instance
             * @type {{
             *   (properties: goim.comet.DeliverResult.$Shape): goim.comet.DeliverResult & goim.comet.DeliverResult.$Shape;
             *   (properties?: goim.comet.DeliverResult.$Properties): goim.comet.DeliverResult;
             * }}
             */
            DeliverResult.create = function(properties) {
                return new DeliverResult(properties);
            };

            /**
             * Encodes the specified DeliverResult message. Does not implicitly {@link goim.comet.DeliverResult.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.DeliverResult
             * @static
             * @param {goim.comet.DeliverResult.$Properties} message DeliverResult message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliverResult.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.delivered != null && $Object.hasOwnProperty.call(message, "delivered") && message.delivered !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.delivered);
                if (message.unknown != null && message.unknown.length)
                    for (let i = 0; i < message.unknown.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.unknown[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliverResult message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.DeliverResult
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.DeliverResult & goim.comet.DeliverResult.$Shape} DeliverResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliverResult.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.DeliverResult();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.delivered = value;
                            else
                                delete message.delivered;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.unknown && message.unknown.length))
                                message.unknown = [];
                            message.unknown.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliverResult;
        })();

        comet.DeliverReply = (function() {

            /**
             * Properties of a DeliverReply.
             * @typedef {Object} goim.comet.DeliverReply.$Properties
             * @property {boolean|null} [stale] DeliverReply stale
             * @property {Array.<goim.comet.DeliverResult.$Properties>|null} [results] DeliverReply results
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DeliverReply.
             * @memberof goim.comet
             * @interface IDeliverReply
             * @augments goim.comet.DeliverReply.$Properties
             * @deprecated Use goim.comet.DeliverReply.$Properties instead.
             */

            /**
             * Shape of a DeliverReply.
             * @typedef {goim.comet.DeliverReply.$Properties} goim.comet.DeliverReply.$Shape
             */

            /**
             * Constructs a new DeliverReply.
             * @memberof goim.comet
             * @classdesc Represents a DeliverReply.
             * @constructor
             * @param {goim.comet.DeliverReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DeliverReply = function (properties) {
                this.results = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DeliverReply stale.
             * @member {boolean} stale
             * @memberof goim.comet.DeliverReply
             * @instance
             */
            DeliverReply.prototype.stale = false;

            /**
             * DeliverReply results.
             * @member {Array.<goim.comet.DeliverResult.$Properties>} results
             * @memberof goim.comet.DeliverReply
             * @instance
             */
            DeliverReply.prototype.results = $util.emptyArray;

            /**
             * Creates a new DeliverReply instance using the specified properties.
             * @function create
             * @memberof goim.comet.DeliverReply
             * @static
             * @param {goim.comet.DeliverReply.$Properties=} [properties] Properties to set
             * @returns {goim.comet.DeliverReply} DeliverReply instance
             * @type {{
             *   (properties: goim.comet.DeliverReply.$Shape): goim.comet.DeliverReply & goim.comet.DeliverReply.$Shape;
             *   (properties?: goim.comet.DeliverReply.$Properties): goim.comet.DeliverReply;
             * }}
             */
            DeliverReply.create = function(properties) {
                return new DeliverReply(properties);
            };

            /**
             * Encodes the specified DeliverReply message. Does not implicitly {@link goim.comet.DeliverReply.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.DeliverReply
             * @static
             * @param {goim.comet.DeliverReply.$Properties} message DeliverReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DeliverReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stale != null && $Object.hasOwnProperty.call(message, "stale") && message.stale !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.stale);
                if (message.results != null && message.results.length)
                    for (let i = 0; i < message.results.length; ++i)
                        $root.goim.comet.DeliverResult.encode(message.results[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DeliverReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.DeliverReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.DeliverReply & goim.comet.DeliverReply.$Shape} DeliverReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DeliverReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.DeliverReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.stale = value;
                            else
                                delete message.stale;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.results && message.results.length))
                                message.results = [];
                            message.results.push($root.goim.comet.DeliverResult.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DeliverReply;
        })();

        comet.CheckItem = (function() {

            /**
             * Properties of a CheckItem.
             * @typedef {Object} goim.comet.CheckItem.$Properties
             * @property {string|null} [mid] CheckItem mid
             * @property {number|Long|null} [last] CheckItem last
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckItem.
             * @memberof goim.comet
             * @interface ICheckItem
             * @augments goim.comet.CheckItem.$Properties
             * @deprecated Use goim.comet.CheckItem.$Properties instead.
             */

            /**
             * Shape of a CheckItem.
             * @typedef {goim.comet.CheckItem.$Properties} goim.comet.CheckItem.$Shape
             */

            /**
             * Constructs a new CheckItem.
             * @memberof goim.comet
             * @classdesc Represents a CheckItem.
             * @constructor
             * @param {goim.comet.CheckItem.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckItem = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckItem mid.
             * @member {string} mid
             * @memberof goim.comet.CheckItem
             * @instance
             */
            CheckItem.prototype.mid = "";

            /**
             * CheckItem last.
             * @member {number|Long} last
             * @memberof goim.comet.CheckItem
             * @instance
             */
            CheckItem.prototype.last = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new CheckItem instance using the specified properties.
             * @function create
             * @memberof goim.comet.CheckItem
             * @static
             * @param {goim.comet.CheckItem.$Properties=} [properties] Properties to set
             * @returns {goim.comet.CheckItem} CheckItem instance
             * @type {{
             *   (properties: goim.comet.CheckItem.$Shape): goim.comet.CheckItem & goim.comet.CheckItem.$Shape;
             *   (properties?: goim.comet.CheckItem.$Properties): goim.comet.CheckItem;
             * }}
             */
            CheckItem.create = function(properties) {
                return new CheckItem(properties);
            };

            /**
             * Encodes the specified CheckItem message. Does not implicitly {@link goim.comet.CheckItem.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.CheckItem
             * @static
             * @param {goim.comet.CheckItem.$Properties} message CheckItem message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckItem.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && (typeof message.last === "object" ? message.last.low || message.last.high : message.last !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.last);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckItem message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.CheckItem
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.CheckItem & goim.comet.CheckItem.$Shape} CheckItem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckItem.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.CheckItem();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CheckItem;
        })();

        comet.CheckReq = (function() {

            /**
             * Properties of a CheckReq.
             * @typedef {Object} goim.comet.CheckReq.$Properties
             * @property {string|null} [incarnation] CheckReq incarnation
             * @property {string|null} [epoch] CheckReq epoch
             * @property {Array.<goim.comet.CheckItem.$Properties>|null} [items] CheckReq items
             * @property {number|null} [shard] CheckReq shard
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckReq.
             * @memberof goim.comet
             * @interface ICheckReq
             * @augments goim.comet.CheckReq.$Properties
             * @deprecated Use goim.comet.CheckReq.$Properties instead.
             */

            /**
             * Shape of a CheckReq.
             * @typedef {goim.comet.CheckReq.$Properties} goim.comet.CheckReq.$Shape
             */

            /**
             * Constructs a new CheckReq.
             * @memberof goim.comet
             * @classdesc Represents a CheckReq.
             * @constructor
             * @param {goim.comet.CheckReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckReq = function (properties) {
                this.items = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckReq incarnation.
             * @member {string} incarnation
             * @memberof goim.comet.CheckReq
             * @instance
             */
            CheckReq.prototype.incarnation = "";

            /**
             * CheckReq epoch.
             * @member {string} epoch
             * @memberof goim.comet.CheckReq
             * @instance
             */
            CheckReq.prototype.epoch = "";

            /**
             * CheckReq items.
             * @member {Array.<goim.comet.CheckItem.$Properties>} items
             * @memberof goim.comet.CheckReq
             * @instance
             */
            CheckReq.prototype.items = $util.emptyArray;

            /**
             * CheckReq shard.
             * @member {number|null|undefined} shard
             * @memberof goim.comet.CheckReq
             * @instance
             */
            CheckReq.prototype.shard = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CheckReq.prototype, "_shard", {
                get: $util.oneOfGetter($oneOfFields = ["shard"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new CheckReq instance using the specified properties.
             * @function create
             * @memberof goim.comet.CheckReq
             * @static
             * @param {goim.comet.CheckReq.$Properties=} [properties] Properties to set
             * @returns {goim.comet.CheckReq} CheckReq instance
             * @type {{
             *   (properties: goim.comet.CheckReq.$Shape): goim.comet.CheckReq & goim.comet.CheckReq.$Shape;
             *   (properties?: goim.comet.CheckReq.$Properties): goim.comet.CheckReq;
             * }}
             */
            CheckReq.create = function(properties) {
                return new CheckReq(properties);
            };

            /**
             * Encodes the specified CheckReq message. Does not implicitly {@link goim.comet.CheckReq.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.CheckReq
             * @static
             * @param {goim.comet.CheckReq.$Properties} message CheckReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.incarnation);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.epoch);
                if (message.items != null && message.items.length)
                    for (let i = 0; i < message.items.length; ++i)
                        $root.goim.comet.CheckItem.encode(message.items[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.shard != null && $Object.hasOwnProperty.call(message, "shard"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.shard);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.CheckReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.CheckReq & goim.comet.CheckReq.$Shape} CheckReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.CheckReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.items && message.items.length))
                                message.items = [];
                            message.items.push($root.goim.comet.CheckItem.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.shard = reader.uint32();
                            message._shard = "shard";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CheckReq;
        })();

        comet.CheckReply = (function() {

            /**
             * Properties of a CheckReply.
             * @typedef {Object} goim.comet.CheckReply.$Properties
             * @property {boolean|null} [stale] CheckReply stale
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckReply.
             * @memberof goim.comet
             * @interface ICheckReply
             * @augments goim.comet.CheckReply.$Properties
             * @deprecated Use goim.comet.CheckReply.$Properties instead.
             */

            /**
             * Shape of a CheckReply.
             * @typedef {goim.comet.CheckReply.$Properties} goim.comet.CheckReply.$Shape
             */

            /**
             * Constructs a new CheckReply.
             * @memberof goim.comet
             * @classdesc Represents a CheckReply.
             * @constructor
             * @param {goim.comet.CheckReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckReply stale.
             * @member {boolean} stale
             * @memberof goim.comet.CheckReply
             * @instance
             */
            CheckReply.prototype.stale = false;

            /**
             * Creates a new CheckReply instance using the specified properties.
             * @function create
             * @memberof goim.comet.CheckReply
             * @static
             * @param {goim.comet.CheckReply.$Properties=} [properties] Properties to set
             * @returns {goim.comet.CheckReply} CheckReply instance
             * @type {{
             *   (properties: goim.comet.CheckReply.$Shape): goim.comet.CheckReply & goim.comet.CheckReply.$Shape;
             *   (properties?: goim.comet.CheckReply.$Properties): goim.comet.CheckReply;
             * }}
             */
            CheckReply.create = function(properties) {
                return new CheckReply(properties);
            };

            /**
             * Encodes the specified CheckReply message. Does not implicitly {@link goim.comet.CheckReply.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.CheckReply
             * @static
             * @param {goim.comet.CheckReply.$Properties} message CheckReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stale != null && $Object.hasOwnProperty.call(message, "stale") && message.stale !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.stale);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.CheckReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.CheckReply & goim.comet.CheckReply.$Shape} CheckReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.CheckReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.stale = value;
                            else
                                delete message.stale;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CheckReply;
        })();

        comet.KickReq = (function() {

            /**
             * Properties of a KickReq.
             * @typedef {Object} goim.comet.KickReq.$Properties
             * @property {string|null} [incarnation] KickReq incarnation
             * @property {Array.<number|Long>|null} [conns] KickReq conns
             * @property {number|null} [code] KickReq code
             * @property {string|null} [reason] KickReq reason
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a KickReq.
             * @memberof goim.comet
             * @interface IKickReq
             * @augments goim.comet.KickReq.$Properties
             * @deprecated Use goim.comet.KickReq.$Properties instead.
             */

            /**
             * Shape of a KickReq.
             * @typedef {goim.comet.KickReq.$Properties} goim.comet.KickReq.$Shape
             */

            /**
             * Constructs a new KickReq.
             * @memberof goim.comet
             * @classdesc Represents a KickReq.
             * @constructor
             * @param {goim.comet.KickReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const KickReq = function (properties) {
                this.conns = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * KickReq incarnation.
             * @member {string} incarnation
             * @memberof goim.comet.KickReq
             * @instance
             */
            KickReq.prototype.incarnation = "";

            /**
             * KickReq conns.
             * @member {Array.<number|Long>} conns
             * @memberof goim.comet.KickReq
             * @instance
             */
            KickReq.prototype.conns = $util.emptyArray;

            /**
             * KickReq code.
             * @member {number} code
             * @memberof goim.comet.KickReq
             * @instance
             */
            KickReq.prototype.code = 0;

            /**
             * KickReq reason.
             * @member {string} reason
             * @memberof goim.comet.KickReq
             * @instance
             */
            KickReq.prototype.reason = "";

            /**
             * Creates a new KickReq instance using the specified properties.
             * @function create
             * @memberof goim.comet.KickReq
             * @static
             * @param {goim.comet.KickReq.$Properties=} [properties] Properties to set
             * @returns {goim.comet.KickReq} KickReq instance
             * @type {{
             *   (properties: goim.comet.KickReq.$Shape): goim.comet.KickReq & goim.comet.KickReq.$Shape;
             *   (properties?: goim.comet.KickReq.$Properties): goim.comet.KickReq;
             * }}
             */
            KickReq.create = function(properties) {
                return new KickReq(properties);
            };

            /**
             * Encodes the specified KickReq message. Does not implicitly {@link goim.comet.KickReq.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.KickReq
             * @static
             * @param {goim.comet.KickReq.$Properties} message KickReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            KickReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.incarnation);
                if (message.conns != null && message.conns.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).uint64s(message.conns);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.code);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a KickReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.KickReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.KickReq & goim.comet.KickReq.$Shape} KickReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            KickReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.KickReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.conns && message.conns.length))
                                    message.conns = [];
                                reader.uint64s(message.conns);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.conns && message.conns.length))
                                message.conns = [];
                            message.conns.push(reader.uint64());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return KickReq;
        })();

        comet.KickReply = (function() {

            /**
             * Properties of a KickReply.
             * @typedef {Object} goim.comet.KickReply.$Properties
             * @property {boolean|null} [stale] KickReply stale
             * @property {number|null} [closed] KickReply closed
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a KickReply.
             * @memberof goim.comet
             * @interface IKickReply
             * @augments goim.comet.KickReply.$Properties
             * @deprecated Use goim.comet.KickReply.$Properties instead.
             */

            /**
             * Shape of a KickReply.
             * @typedef {goim.comet.KickReply.$Properties} goim.comet.KickReply.$Shape
             */

            /**
             * Constructs a new KickReply.
             * @memberof goim.comet
             * @classdesc Represents a KickReply.
             * @constructor
             * @param {goim.comet.KickReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const KickReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * KickReply stale.
             * @member {boolean} stale
             * @memberof goim.comet.KickReply
             * @instance
             */
            KickReply.prototype.stale = false;

            /**
             * KickReply closed.
             * @member {number} closed
             * @memberof goim.comet.KickReply
             * @instance
             */
            KickReply.prototype.closed = 0;

            /**
             * Creates a new KickReply instance using the specified properties.
             * @function create
             * @memberof goim.comet.KickReply
             * @static
             * @param {goim.comet.KickReply.$Properties=} [properties] Properties to set
             * @returns {goim.comet.KickReply} KickReply instance
             * @type {{
             *   (properties: goim.comet.KickReply.$Shape): goim.comet.KickReply & goim.comet.KickReply.$Shape;
             *   (properties?: goim.comet.KickReply.$Properties): goim.comet.KickReply;
             * }}
             */
            KickReply.create = function(properties) {
                return new KickReply(properties);
            };

            /**
             * Encodes the specified KickReply message. Does not implicitly {@link goim.comet.KickReply.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.KickReply
             * @static
             * @param {goim.comet.KickReply.$Properties} message KickReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            KickReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stale != null && $Object.hasOwnProperty.call(message, "stale") && message.stale !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.stale);
                if (message.closed != null && $Object.hasOwnProperty.call(message, "closed") && message.closed !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.closed);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a KickReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.KickReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.KickReply & goim.comet.KickReply.$Shape} KickReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            KickReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.KickReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.stale = value;
                            else
                                delete message.stale;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.closed = value;
                            else
                                delete message.closed;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return KickReply;
        })();

        comet.PresentReq = (function() {

            /**
             * Properties of a PresentReq.
             * @typedef {Object} goim.comet.PresentReq.$Properties
             * @property {string|null} [incarnation] PresentReq incarnation
             * @property {Array.<number|Long>|null} [conns] PresentReq conns
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PresentReq.
             * @memberof goim.comet
             * @interface IPresentReq
             * @augments goim.comet.PresentReq.$Properties
             * @deprecated Use goim.comet.PresentReq.$Properties instead.
             */

            /**
             * Shape of a PresentReq.
             * @typedef {goim.comet.PresentReq.$Properties} goim.comet.PresentReq.$Shape
             */

            /**
             * Constructs a new PresentReq.
             * @memberof goim.comet
             * @classdesc Represents a PresentReq.
             * @constructor
             * @param {goim.comet.PresentReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PresentReq = function (properties) {
                this.conns = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PresentReq incarnation.
             * @member {string} incarnation
             * @memberof goim.comet.PresentReq
             * @instance
             */
            PresentReq.prototype.incarnation = "";

            /**
             * PresentReq conns.
             * @member {Array.<number|Long>} conns
             * @memberof goim.comet.PresentReq
             * @instance
             */
            PresentReq.prototype.conns = $util.emptyArray;

            /**
             * Creates a new PresentReq instance using the specified properties.
             * @function create
             * @memberof goim.comet.PresentReq
             * @static
             * @param {goim.comet.PresentReq.$Properties=} [properties] Properties to set
             * @returns {goim.comet.PresentReq} PresentReq instance
             * @type {{
             *   (properties: goim.comet.PresentReq.$Shape): goim.comet.PresentReq & goim.comet.PresentReq.$Shape;
             *   (properties?: goim.comet.PresentReq.$Properties): goim.comet.PresentReq;
             * }}
             */
            PresentReq.create = function(properties) {
                return new PresentReq(properties);
            };

            /**
             * Encodes the specified PresentReq message. Does not implicitly {@link goim.comet.PresentReq.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.PresentReq
             * @static
             * @param {goim.comet.PresentReq.$Properties} message PresentReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PresentReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.incarnation);
                if (message.conns != null && message.conns.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).uint64s(message.conns);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PresentReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.PresentReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.PresentReq & goim.comet.PresentReq.$Shape} PresentReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PresentReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.PresentReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.conns && message.conns.length))
                                    message.conns = [];
                                reader.uint64s(message.conns);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.conns && message.conns.length))
                                message.conns = [];
                            message.conns.push(reader.uint64());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PresentReq;
        })();

        comet.PresentReply = (function() {

            /**
             * Properties of a PresentReply.
             * @typedef {Object} goim.comet.PresentReply.$Properties
             * @property {boolean|null} [stale] PresentReply stale
             * @property {Array.<number|Long>|null} [gone] PresentReply gone
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PresentReply.
             * @memberof goim.comet
             * @interface IPresentReply
             * @augments goim.comet.PresentReply.$Properties
             * @deprecated Use goim.comet.PresentReply.$Properties instead.
             */

            /**
             * Shape of a PresentReply.
             * @typedef {goim.comet.PresentReply.$Properties} goim.comet.PresentReply.$Shape
             */

            /**
             * Constructs a new PresentReply.
             * @memberof goim.comet
             * @classdesc Represents a PresentReply.
             * @constructor
             * @param {goim.comet.PresentReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PresentReply = function (properties) {
                this.gone = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PresentReply stale.
             * @member {boolean} stale
             * @memberof goim.comet.PresentReply
             * @instance
             */
            PresentReply.prototype.stale = false;

            /**
             * PresentReply gone.
             * @member {Array.<number|Long>} gone
             * @memberof goim.comet.PresentReply
             * @instance
             */
            PresentReply.prototype.gone = $util.emptyArray;

            /**
             * Creates a new PresentReply instance using the specified properties.
             * @function create
             * @memberof goim.comet.PresentReply
             * @static
             * @param {goim.comet.PresentReply.$Properties=} [properties] Properties to set
             * @returns {goim.comet.PresentReply} PresentReply instance
             * @type {{
             *   (properties: goim.comet.PresentReply.$Shape): goim.comet.PresentReply & goim.comet.PresentReply.$Shape;
             *   (properties?: goim.comet.PresentReply.$Properties): goim.comet.PresentReply;
             * }}
             */
            PresentReply.create = function(properties) {
                return new PresentReply(properties);
            };

            /**
             * Encodes the specified PresentReply message. Does not implicitly {@link goim.comet.PresentReply.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.PresentReply
             * @static
             * @param {goim.comet.PresentReply.$Properties} message PresentReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PresentReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stale != null && $Object.hasOwnProperty.call(message, "stale") && message.stale !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.stale);
                if (message.gone != null && message.gone.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).uint64s(message.gone);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PresentReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.PresentReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.PresentReply & goim.comet.PresentReply.$Shape} PresentReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PresentReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.PresentReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.stale = value;
                            else
                                delete message.stale;
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.gone && message.gone.length))
                                    message.gone = [];
                                reader.uint64s(message.gone);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.gone && message.gone.length))
                                message.gone = [];
                            message.gone.push(reader.uint64());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PresentReply;
        })();

        comet.RulesReq = (function() {

            /**
             * Properties of a RulesReq.
             * @typedef {Object} goim.comet.RulesReq.$Properties
             * @property {string|null} [bucket] RulesReq bucket
             * @property {number|Long|null} [revision] RulesReq revision
             * @property {number|null} [waitMs] RulesReq waitMs
             * @property {string|null} [epoch] RulesReq epoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RulesReq.
             * @memberof goim.comet
             * @interface IRulesReq
             * @augments goim.comet.RulesReq.$Properties
             * @deprecated Use goim.comet.RulesReq.$Properties instead.
             */

            /**
             * Shape of a RulesReq.
             * @typedef {goim.comet.RulesReq.$Properties} goim.comet.RulesReq.$Shape
             */

            /**
             * Constructs a new RulesReq.
             * @memberof goim.comet
             * @classdesc Represents a RulesReq.
             * @constructor
             * @param {goim.comet.RulesReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RulesReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RulesReq bucket.
             * @member {string} bucket
             * @memberof goim.comet.RulesReq
             * @instance
             */
            RulesReq.prototype.bucket = "";

            /**
             * RulesReq revision.
             * @member {number|Long} revision
             * @memberof goim.comet.RulesReq
             * @instance
             */
            RulesReq.prototype.revision = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * RulesReq waitMs.
             * @member {number} waitMs
             * @memberof goim.comet.RulesReq
             * @instance
             */
            RulesReq.prototype.waitMs = 0;

            /**
             * RulesReq epoch.
             * @member {string} epoch
             * @memberof goim.comet.RulesReq
             * @instance
             */
            RulesReq.prototype.epoch = "";

            /**
             * Creates a new RulesReq instance using the specified properties.
             * @function create
             * @memberof goim.comet.RulesReq
             * @static
             * @param {goim.comet.RulesReq.$Properties=} [properties] Properties to set
             * @returns {goim.comet.RulesReq} RulesReq instance
             * @type {{
             *   (properties: goim.comet.RulesReq.$Shape): goim.comet.RulesReq & goim.comet.RulesReq.$Shape;
             *   (properties?: goim.comet.RulesReq.$Properties): goim.comet.RulesReq;
             * }}
             */
            RulesReq.create = function(properties) {
                return new RulesReq(properties);
            };

            /**
             * Encodes the specified RulesReq message. Does not implicitly {@link goim.comet.RulesReq.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.RulesReq
             * @static
             * @param {goim.comet.RulesReq.$Properties} message RulesReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RulesReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.bucket != null && $Object.hasOwnProperty.call(message, "bucket") && message.bucket !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.bucket);
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && (typeof message.revision === "object" ? message.revision.low || message.revision.high : message.revision !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.revision);
                if (message.waitMs != null && $Object.hasOwnProperty.call(message, "waitMs") && message.waitMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.waitMs);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.epoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RulesReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.RulesReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.RulesReq & goim.comet.RulesReq.$Shape} RulesReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RulesReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.RulesReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.bucket = value;
                            else
                                delete message.bucket;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.waitMs = value;
                            else
                                delete message.waitMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RulesReq;
        })();

        comet.RulesReply = (function() {

            /**
             * Properties of a RulesReply.
             * @typedef {Object} goim.comet.RulesReply.$Properties
             * @property {boolean|null} [reached] RulesReply reached
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RulesReply.
             * @memberof goim.comet
             * @interface IRulesReply
             * @augments goim.comet.RulesReply.$Properties
             * @deprecated Use goim.comet.RulesReply.$Properties instead.
             */

            /**
             * Shape of a RulesReply.
             * @typedef {goim.comet.RulesReply.$Properties} goim.comet.RulesReply.$Shape
             */

            /**
             * Constructs a new RulesReply.
             * @memberof goim.comet
             * @classdesc Represents a RulesReply.
             * @constructor
             * @param {goim.comet.RulesReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RulesReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RulesReply reached.
             * @member {boolean} reached
             * @memberof goim.comet.RulesReply
             * @instance
             */
            RulesReply.prototype.reached = false;

            /**
             * Creates a new RulesReply instance using the specified properties.
             * @function create
             * @memberof goim.comet.RulesReply
             * @static
             * @param {goim.comet.RulesReply.$Properties=} [properties] Properties to set
             * @returns {goim.comet.RulesReply} RulesReply instance
             * @type {{
             *   (properties: goim.comet.RulesReply.$Shape): goim.comet.RulesReply & goim.comet.RulesReply.$Shape;
             *   (properties?: goim.comet.RulesReply.$Properties): goim.comet.RulesReply;
             * }}
             */
            RulesReply.create = function(properties) {
                return new RulesReply(properties);
            };

            /**
             * Encodes the specified RulesReply message. Does not implicitly {@link goim.comet.RulesReply.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.RulesReply
             * @static
             * @param {goim.comet.RulesReply.$Properties} message RulesReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RulesReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reached != null && $Object.hasOwnProperty.call(message, "reached") && message.reached !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.reached);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RulesReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.RulesReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.RulesReply & goim.comet.RulesReply.$Shape} RulesReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RulesReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.RulesReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.reached = value;
                            else
                                delete message.reached;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RulesReply;
        })();

        comet.RoomsReq = (function() {

            /**
             * Properties of a RoomsReq.
             * @typedef {Object} goim.comet.RoomsReq.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomsReq.
             * @memberof goim.comet
             * @interface IRoomsReq
             * @augments goim.comet.RoomsReq.$Properties
             * @deprecated Use goim.comet.RoomsReq.$Properties instead.
             */

            /**
             * Shape of a RoomsReq.
             * @typedef {goim.comet.RoomsReq.$Properties} goim.comet.RoomsReq.$Shape
             */

            /**
             * Constructs a new RoomsReq.
             * @memberof goim.comet
             * @classdesc Represents a RoomsReq.
             * @constructor
             * @param {goim.comet.RoomsReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomsReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new RoomsReq instance using the specified properties.
             * @function create
             * @memberof goim.comet.RoomsReq
             * @static
             * @param {goim.comet.RoomsReq.$Properties=} [properties] Properties to set
             * @returns {goim.comet.RoomsReq} RoomsReq instance
             * @type {{
             *   (properties: goim.comet.RoomsReq.$Shape): goim.comet.RoomsReq & goim.comet.RoomsReq.$Shape;
             *   (properties?: goim.comet.RoomsReq.$Properties): goim.comet.RoomsReq;
             * }}
             */
            RoomsReq.create = function(properties) {
                return new RoomsReq(properties);
            };

            /**
             * Encodes the specified RoomsReq message. Does not implicitly {@link goim.comet.RoomsReq.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.RoomsReq
             * @static
             * @param {goim.comet.RoomsReq.$Properties} message RoomsReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomsReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomsReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.RoomsReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.RoomsReq & goim.comet.RoomsReq.$Shape} RoomsReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomsReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.RoomsReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomsReq;
        })();

        comet.RoomsReply = (function() {

            /**
             * Properties of a RoomsReply.
             * @typedef {Object} goim.comet.RoomsReply.$Properties
             * @property {Object.<string,number>|null} [rooms] RoomsReply rooms
             * @property {string|null} [incarnation] RoomsReply incarnation
             * @property {number|Long|null} [n] RoomsReply n
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomsReply.
             * @memberof goim.comet
             * @interface IRoomsReply
             * @augments goim.comet.RoomsReply.$Properties
             * @deprecated Use goim.comet.RoomsReply.$Properties instead.
             */

            /**
             * Shape of a RoomsReply.
             * @typedef {goim.comet.RoomsReply.$Properties} goim.comet.RoomsReply.$Shape
             */

            /**
             * Constructs a new RoomsReply.
             * @memberof goim.comet
             * @classdesc Represents a RoomsReply.
             * @constructor
             * @param {goim.comet.RoomsReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomsReply = function (properties) {
                this.rooms = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomsReply rooms.
             * @member {Object.<string,number>} rooms
             * @memberof goim.comet.RoomsReply
             * @instance
             */
            RoomsReply.prototype.rooms = $util.emptyObject;

            /**
             * RoomsReply incarnation.
             * @member {string} incarnation
             * @memberof goim.comet.RoomsReply
             * @instance
             */
            RoomsReply.prototype.incarnation = "";

            /**
             * RoomsReply n.
             * @member {number|Long} n
             * @memberof goim.comet.RoomsReply
             * @instance
             */
            RoomsReply.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new RoomsReply instance using the specified properties.
             * @function create
             * @memberof goim.comet.RoomsReply
             * @static
             * @param {goim.comet.RoomsReply.$Properties=} [properties] Properties to set
             * @returns {goim.comet.RoomsReply} RoomsReply instance
             * @type {{
             *   (properties: goim.comet.RoomsReply.$Shape): goim.comet.RoomsReply & goim.comet.RoomsReply.$Shape;
             *   (properties?: goim.comet.RoomsReply.$Properties): goim.comet.RoomsReply;
             * }}
             */
            RoomsReply.create = function(properties) {
                return new RoomsReply(properties);
            };

            /**
             * Encodes the specified RoomsReply message. Does not implicitly {@link goim.comet.RoomsReply.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.RoomsReply
             * @static
             * @param {goim.comet.RoomsReply.$Properties} message RoomsReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomsReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.rooms != null && $Object.hasOwnProperty.call(message, "rooms"))
                    for (let keys = $Object.keys(message.rooms), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 0 =*/16).uint32(message.rooms[keys[i]]).ldelim();
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.incarnation);
                if (message.n != null && $Object.hasOwnProperty.call(message, "n") && (typeof message.n === "object" ? message.n.low || message.n.high : message.n !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.n);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomsReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.RoomsReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.RoomsReply & goim.comet.RoomsReply.$Shape} RoomsReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomsReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.RoomsReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (message.rooms === $util.emptyObject)
                                message.rooms = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = 0;
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 0)
                                        break;
                                    value = reader.uint32();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.rooms, key);
                            message.rooms[key] = value;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.n = value;
                            else
                                delete message.n;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomsReply;
        })();

        comet.RoomCounts = (function() {

            /**
             * Properties of a RoomCounts.
             * @typedef {Object} goim.comet.RoomCounts.$Properties
             * @property {string|null} [comet] RoomCounts comet
             * @property {string|null} [incarnation] RoomCounts incarnation
             * @property {number|Long|null} [n] RoomCounts n
             * @property {boolean|null} [snapshot] RoomCounts snapshot
             * @property {Object.<string,number>|null} [rooms] RoomCounts rooms
             * @property {number|null} [connections] RoomCounts connections
             * @property {number|null} [ips] RoomCounts ips
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomCounts.
             * @memberof goim.comet
             * @interface IRoomCounts
             * @augments goim.comet.RoomCounts.$Properties
             * @deprecated Use goim.comet.RoomCounts.$Properties instead.
             */

            /**
             * Shape of a RoomCounts.
             * @typedef {goim.comet.RoomCounts.$Properties} goim.comet.RoomCounts.$Shape
             */

            /**
             * Constructs a new RoomCounts.
             * @memberof goim.comet
             * @classdesc Represents a RoomCounts.
             * @constructor
             * @param {goim.comet.RoomCounts.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomCounts = function (properties) {
                this.rooms = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomCounts comet.
             * @member {string} comet
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.comet = "";

            /**
             * RoomCounts incarnation.
             * @member {string} incarnation
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.incarnation = "";

            /**
             * RoomCounts n.
             * @member {number|Long} n
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * RoomCounts snapshot.
             * @member {boolean} snapshot
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.snapshot = false;

            /**
             * RoomCounts rooms.
             * @member {Object.<string,number>} rooms
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.rooms = $util.emptyObject;

            /**
             * RoomCounts connections.
             * @member {number} connections
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.connections = 0;

            /**
             * RoomCounts ips.
             * @member {number} ips
             * @memberof goim.comet.RoomCounts
             * @instance
             */
            RoomCounts.prototype.ips = 0;

            /**
             * Creates a new RoomCounts instance using the specified properties.
             * @function create
             * @memberof goim.comet.RoomCounts
             * @static
             * @param {goim.comet.RoomCounts.$Properties=} [properties] Properties to set
             * @returns {goim.comet.RoomCounts} RoomCounts instance
             * @type {{
             *   (properties: goim.comet.RoomCounts.$Shape): goim.comet.RoomCounts & goim.comet.RoomCounts.$Shape;
             *   (properties?: goim.comet.RoomCounts.$Properties): goim.comet.RoomCounts;
             * }}
             */
            RoomCounts.create = function(properties) {
                return new RoomCounts(properties);
            };

            /**
             * Encodes the specified RoomCounts message. Does not implicitly {@link goim.comet.RoomCounts.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.RoomCounts
             * @static
             * @param {goim.comet.RoomCounts.$Properties} message RoomCounts message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomCounts.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.comet != null && $Object.hasOwnProperty.call(message, "comet") && message.comet !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.comet);
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.incarnation);
                if (message.n != null && $Object.hasOwnProperty.call(message, "n") && (typeof message.n === "object" ? message.n.low || message.n.high : message.n !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.n);
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot") && message.snapshot !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.snapshot);
                if (message.rooms != null && $Object.hasOwnProperty.call(message, "rooms"))
                    for (let keys = $Object.keys(message.rooms), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 0 =*/16).uint32(message.rooms[keys[i]]).ldelim();
                if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && message.connections !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.connections);
                if (message.ips != null && $Object.hasOwnProperty.call(message, "ips") && message.ips !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.ips);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomCounts message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.RoomCounts
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.RoomCounts & goim.comet.RoomCounts.$Shape} RoomCounts
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomCounts.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.RoomCounts();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.comet = value;
                            else
                                delete message.comet;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.n = value;
                            else
                                delete message.n;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.snapshot = value;
                            else
                                delete message.snapshot;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (message.rooms === $util.emptyObject)
                                message.rooms = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = 0;
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 0)
                                        break;
                                    value = reader.uint32();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.rooms, key);
                            message.rooms[key] = value;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.connections = value;
                            else
                                delete message.connections;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.ips = value;
                            else
                                delete message.ips;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomCounts;
        })();

        comet.RoomChanged = (function() {

            /**
             * Properties of a RoomChanged.
             * @typedef {Object} goim.comet.RoomChanged.$Properties
             * @property {string|null} [room] RoomChanged room
             * @property {Array.<string>|null} [mids] RoomChanged mids
             * @property {number|Long|null} [guard] RoomChanged guard
             * @property {number|Long|null} [offset] RoomChanged offset
             * @property {string|null} [epoch] RoomChanged epoch
             * @property {boolean|null} [out] RoomChanged out
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomChanged.
             * @memberof goim.comet
             * @interface IRoomChanged
             * @augments goim.comet.RoomChanged.$Properties
             * @deprecated Use goim.comet.RoomChanged.$Properties instead.
             */

            /**
             * Shape of a RoomChanged.
             * @typedef {goim.comet.RoomChanged.$Properties} goim.comet.RoomChanged.$Shape
             */

            /**
             * Constructs a new RoomChanged.
             * @memberof goim.comet
             * @classdesc Represents a RoomChanged.
             * @constructor
             * @param {goim.comet.RoomChanged.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomChanged = function (properties) {
                this.mids = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomChanged room.
             * @member {string} room
             * @memberof goim.comet.RoomChanged
             * @instance
             */
            RoomChanged.prototype.room = "";

            /**
             * RoomChanged mids.
             * @member {Array.<string>} mids
             * @memberof goim.comet.RoomChanged
             * @instance
             */
            RoomChanged.prototype.mids = $util.emptyArray;

            /**
             * RoomChanged guard.
             * @member {number|Long} guard
             * @memberof goim.comet.RoomChanged
             * @instance
             */
            RoomChanged.prototype.guard = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * RoomChanged offset.
             * @member {number|Long} offset
             * @memberof goim.comet.RoomChanged
             * @instance
             */
            RoomChanged.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * RoomChanged epoch.
             * @member {string} epoch
             * @memberof goim.comet.RoomChanged
             * @instance
             */
            RoomChanged.prototype.epoch = "";

            /**
             * RoomChanged out.
             * @member {boolean} out
             * @memberof goim.comet.RoomChanged
             * @instance
             */
            RoomChanged.prototype.out = false;

            /**
             * Creates a new RoomChanged instance using the specified properties.
             * @function create
             * @memberof goim.comet.RoomChanged
             * @static
             * @param {goim.comet.RoomChanged.$Properties=} [properties] Properties to set
             * @returns {goim.comet.RoomChanged} RoomChanged instance
             * @type {{
             *   (properties: goim.comet.RoomChanged.$Shape): goim.comet.RoomChanged & goim.comet.RoomChanged.$Shape;
             *   (properties?: goim.comet.RoomChanged.$Properties): goim.comet.RoomChanged;
             * }}
             */
            RoomChanged.create = function(properties) {
                return new RoomChanged(properties);
            };

            /**
             * Encodes the specified RoomChanged message. Does not implicitly {@link goim.comet.RoomChanged.verify|verify} messages.
             * @function encode
             * @memberof goim.comet.RoomChanged
             * @static
             * @param {goim.comet.RoomChanged.$Properties} message RoomChanged message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomChanged.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.room);
                if (message.mids != null && message.mids.length)
                    for (let i = 0; i < message.mids.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.mids[i]);
                if (message.guard != null && $Object.hasOwnProperty.call(message, "guard") && (typeof message.guard === "object" ? message.guard.low || message.guard.high : message.guard !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.guard);
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.offset);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.epoch);
                if (message.out != null && $Object.hasOwnProperty.call(message, "out") && message.out !== false)
                    writer.uint32(/* id 6, wireType 0 =*/48).bool(message.out);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomChanged message from the specified reader or buffer.
             * @function decode
             * @memberof goim.comet.RoomChanged
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.comet.RoomChanged & goim.comet.RoomChanged.$Shape} RoomChanged
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomChanged.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.comet.RoomChanged();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.mids && message.mids.length))
                                message.mids = [];
                            message.mids.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.guard = value;
                            else
                                delete message.guard;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.out = value;
                            else
                                delete message.out;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomChanged;
        })();

        return comet;
    })();

    goim.logic = (function() {

        /**
         * Namespace logic.
         * @memberof goim
         * @namespace
         */
        const logic = {};

        logic.ConnectReq = (function() {

            /**
             * Properties of a ConnectReq.
             * @typedef {Object} goim.logic.ConnectReq.$Properties
             * @property {string|null} [server] ConnectReq server
             * @property {string|null} [cookie] ConnectReq cookie
             * @property {Uint8Array|null} [token] ConnectReq token
             * @property {string|null} [incarnation] ConnectReq incarnation
             * @property {number|Long|null} [conn] ConnectReq conn
             * @property {string|null} [clientIp] ConnectReq clientIp
             * @property {string|null} [transport] ConnectReq transport
             * @property {number|null} [ver] ConnectReq ver
             * @property {string|null} [origin] ConnectReq origin
             * @property {boolean|null} [signedOnly] ConnectReq signedOnly
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ConnectReq.
             * @memberof goim.logic
             * @interface IConnectReq
             * @augments goim.logic.ConnectReq.$Properties
             * @deprecated Use goim.logic.ConnectReq.$Properties instead.
             */

            /**
             * Shape of a ConnectReq.
             * @typedef {goim.logic.ConnectReq.$Properties} goim.logic.ConnectReq.$Shape
             */

            /**
             * Constructs a new ConnectReq.
             * @memberof goim.logic
             * @classdesc Represents a ConnectReq.
             * @constructor
             * @param {goim.logic.ConnectReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ConnectReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ConnectReq server.
             * @member {string} server
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.server = "";

            /**
             * ConnectReq cookie.
             * @member {string} cookie
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.cookie = "";

            /**
             * ConnectReq token.
             * @member {Uint8Array} token
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.token = $util.newBuffer([]);

            /**
             * ConnectReq incarnation.
             * @member {string} incarnation
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.incarnation = "";

            /**
             * ConnectReq conn.
             * @member {number|Long} conn
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.conn = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ConnectReq clientIp.
             * @member {string} clientIp
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.clientIp = "";

            /**
             * ConnectReq transport.
             * @member {string} transport
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.transport = "";

            /**
             * ConnectReq ver.
             * @member {number} ver
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.ver = 0;

            /**
             * ConnectReq origin.
             * @member {string} origin
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.origin = "";

            /**
             * ConnectReq signedOnly.
             * @member {boolean} signedOnly
             * @memberof goim.logic.ConnectReq
             * @instance
             */
            ConnectReq.prototype.signedOnly = false;

            /**
             * Creates a new ConnectReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.ConnectReq
             * @static
             * @param {goim.logic.ConnectReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.ConnectReq} ConnectReq instance
             * @type {{
             *   (properties: goim.logic.ConnectReq.$Shape): goim.logic.ConnectReq & goim.logic.ConnectReq.$Shape;
             *   (properties?: goim.logic.ConnectReq.$Properties): goim.logic.ConnectReq;
             * }}
             */
            ConnectReq.create = function(properties) {
                return new ConnectReq(properties);
            };

            /**
             * Encodes the specified ConnectReq message. Does not implicitly {@link goim.logic.ConnectReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.ConnectReq
             * @static
             * @param {goim.logic.ConnectReq.$Properties} message ConnectReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ConnectReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.server);
                if (message.cookie != null && $Object.hasOwnProperty.call(message, "cookie") && message.cookie !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.cookie);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.token);
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.incarnation);
                if (message.conn != null && $Object.hasOwnProperty.call(message, "conn") && (typeof message.conn === "object" ? message.conn.low || message.conn.high : message.conn !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.conn);
                if (message.clientIp != null && $Object.hasOwnProperty.call(message, "clientIp") && message.clientIp !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.clientIp);
                if (message.transport != null && $Object.hasOwnProperty.call(message, "transport") && message.transport !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.transport);
                if (message.ver != null && $Object.hasOwnProperty.call(message, "ver") && message.ver !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).int32(message.ver);
                if (message.origin != null && $Object.hasOwnProperty.call(message, "origin") && message.origin !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.origin);
                if (message.signedOnly != null && $Object.hasOwnProperty.call(message, "signedOnly") && message.signedOnly !== false)
                    writer.uint32(/* id 10, wireType 0 =*/80).bool(message.signedOnly);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ConnectReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.ConnectReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.ConnectReq & goim.logic.ConnectReq.$Shape} ConnectReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ConnectReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.ConnectReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cookie = value;
                            else
                                delete message.cookie;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.conn = value;
                            else
                                delete message.conn;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clientIp = value;
                            else
                                delete message.clientIp;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.transport = value;
                            else
                                delete message.transport;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.ver = value;
                            else
                                delete message.ver;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.origin = value;
                            else
                                delete message.origin;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.signedOnly = value;
                            else
                                delete message.signedOnly;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ConnectReq;
        })();

        logic.ConnectReply = (function() {

            /**
             * Properties of a ConnectReply.
             * @typedef {Object} goim.logic.ConnectReply.$Properties
             * @property {number|Long|null} [mid] ConnectReply mid
             * @property {string|null} [key] ConnectReply key
             * @property {string|null} [roomID] ConnectReply roomID
             * @property {Array.<number>|null} [accepts] ConnectReply accepts
             * @property {number|Long|null} [heartbeat] ConnectReply heartbeat
             * @property {string|null} [error] ConnectReply error
             * @property {string|null} [errorText] ConnectReply errorText
             * @property {number|null} [heartbeatMax] ConnectReply heartbeatMax
             * @property {string|null} [platform] ConnectReply platform
             * @property {number|null} [maxPerKey] ConnectReply maxPerKey
             * @property {string|null} [device] ConnectReply device
             * @property {number|Long|null} [since] ConnectReply since
             * @property {goim.logic.Mail.$Properties|null} [mail] ConnectReply mail
             * @property {number|Long|null} [allCursor] ConnectReply allCursor
             * @property {goim.logic.Grant.$Properties|null} [grant] ConnectReply grant
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ConnectReply.
             * @memberof goim.logic
             * @interface IConnectReply
             * @augments goim.logic.ConnectReply.$Properties
             * @deprecated Use goim.logic.ConnectReply.$Properties instead.
             */

            /**
             * Shape of a ConnectReply.
             * @typedef {goim.logic.ConnectReply.$Properties} goim.logic.ConnectReply.$Shape
             */

            /**
             * Constructs a new ConnectReply.
             * @memberof goim.logic
             * @classdesc Represents a ConnectReply.
             * @constructor
             * @param {goim.logic.ConnectReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ConnectReply = function (properties) {
                this.accepts = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ConnectReply mid.
             * @member {number|Long} mid
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.mid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * ConnectReply key.
             * @member {string} key
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.key = "";

            /**
             * ConnectReply roomID.
             * @member {string} roomID
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.roomID = "";

            /**
             * ConnectReply accepts.
             * @member {Array.<number>} accepts
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.accepts = $util.emptyArray;

            /**
             * ConnectReply heartbeat.
             * @member {number|Long} heartbeat
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.heartbeat = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * ConnectReply error.
             * @member {string} error
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.error = "";

            /**
             * ConnectReply errorText.
             * @member {string} errorText
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.errorText = "";

            /**
             * ConnectReply heartbeatMax.
             * @member {number} heartbeatMax
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.heartbeatMax = 0;

            /**
             * ConnectReply platform.
             * @member {string} platform
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.platform = "";

            /**
             * ConnectReply maxPerKey.
             * @member {number} maxPerKey
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.maxPerKey = 0;

            /**
             * ConnectReply device.
             * @member {string} device
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.device = "";

            /**
             * ConnectReply since.
             * @member {number|Long} since
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ConnectReply mail.
             * @member {goim.logic.Mail.$Properties|null|undefined} mail
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.mail = null;

            /**
             * ConnectReply allCursor.
             * @member {number|Long|null|undefined} allCursor
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.allCursor = null;

            /**
             * ConnectReply grant.
             * @member {goim.logic.Grant.$Properties|null|undefined} grant
             * @memberof goim.logic.ConnectReply
             * @instance
             */
            ConnectReply.prototype.grant = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ConnectReply.prototype, "_allCursor", {
                get: $util.oneOfGetter($oneOfFields = ["allCursor"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new ConnectReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.ConnectReply
             * @static
             * @param {goim.logic.ConnectReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.ConnectReply} ConnectReply instance
             * @type {{
             *   (properties: goim.logic.ConnectReply.$Shape): goim.logic.ConnectReply & goim.logic.ConnectReply.$Shape;
             *   (properties?: goim.logic.ConnectReply.$Properties): goim.logic.ConnectReply;
             * }}
             */
            ConnectReply.create = function(properties) {
                return new ConnectReply(properties);
            };

            /**
             * Encodes the specified ConnectReply message. Does not implicitly {@link goim.logic.ConnectReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.ConnectReply
             * @static
             * @param {goim.logic.ConnectReply.$Properties} message ConnectReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ConnectReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && (typeof message.mid === "object" ? message.mid.low || message.mid.high : message.mid !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.mid);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.roomID != null && $Object.hasOwnProperty.call(message, "roomID") && message.roomID !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.roomID);
                if (message.accepts != null && message.accepts.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).int32s(message.accepts);
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat") && (typeof message.heartbeat === "object" ? message.heartbeat.low || message.heartbeat.high : message.heartbeat !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.heartbeat);
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.error);
                if (message.errorText != null && $Object.hasOwnProperty.call(message, "errorText") && message.errorText !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.errorText);
                if (message.heartbeatMax != null && $Object.hasOwnProperty.call(message, "heartbeatMax") && message.heartbeatMax !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).int32(message.heartbeatMax);
                if (message.platform != null && $Object.hasOwnProperty.call(message, "platform") && message.platform !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.platform);
                if (message.maxPerKey != null && $Object.hasOwnProperty.call(message, "maxPerKey") && message.maxPerKey !== 0)
                    writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.maxPerKey);
                if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.device);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                    writer.uint32(/* id 12, wireType 0 =*/96).uint64(message.since);
                if (message.mail != null && $Object.hasOwnProperty.call(message, "mail"))
                    $root.goim.logic.Mail.encode(message.mail, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.allCursor != null && $Object.hasOwnProperty.call(message, "allCursor"))
                    writer.uint32(/* id 14, wireType 0 =*/112).uint64(message.allCursor);
                if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
                    $root.goim.logic.Grant.encode(message.grant, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ConnectReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.ConnectReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.ConnectReply & goim.logic.ConnectReply.$Shape} ConnectReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ConnectReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.ConnectReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.roomID = value;
                            else
                                delete message.roomID;
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.accepts && message.accepts.length))
                                    message.accepts = [];
                                reader.int32s(message.accepts);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.accepts && message.accepts.length))
                                message.accepts = [];
                            message.accepts.push(reader.int32());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.heartbeat = value;
                            else
                                delete message.heartbeat;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorText = value;
                            else
                                delete message.errorText;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.heartbeatMax = value;
                            else
                                delete message.heartbeatMax;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.platform = value;
                            else
                                delete message.platform;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.maxPerKey = value;
                            else
                                delete message.maxPerKey;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.device = value;
                            else
                                delete message.device;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.since = value;
                            else
                                delete message.since;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.mail = $root.goim.logic.Mail.decode(reader, reader.size(), $undefined, _depth + 1, message.mail);
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            message.allCursor = reader.uint64();
                            message._allCursor = "allCursor";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.grant = $root.goim.logic.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ConnectReply;
        })();

        logic.RoomRule = (function() {

            /**
             * Properties of a RoomRule.
             * @typedef {Object} goim.logic.RoomRule.$Properties
             * @property {string|null} [pattern] RoomRule pattern
             * @property {string|null} [role] RoomRule role
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomRule.
             * @memberof goim.logic
             * @interface IRoomRule
             * @augments goim.logic.RoomRule.$Properties
             * @deprecated Use goim.logic.RoomRule.$Properties instead.
             */

            /**
             * Shape of a RoomRule.
             * @typedef {goim.logic.RoomRule.$Properties} goim.logic.RoomRule.$Shape
             */

            /**
             * Constructs a new RoomRule.
             * @memberof goim.logic
             * @classdesc Represents a RoomRule.
             * @constructor
             * @param {goim.logic.RoomRule.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomRule = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomRule pattern.
             * @member {string} pattern
             * @memberof goim.logic.RoomRule
             * @instance
             */
            RoomRule.prototype.pattern = "";

            /**
             * RoomRule role.
             * @member {string} role
             * @memberof goim.logic.RoomRule
             * @instance
             */
            RoomRule.prototype.role = "";

            /**
             * Creates a new RoomRule instance using the specified properties.
             * @function create
             * @memberof goim.logic.RoomRule
             * @static
             * @param {goim.logic.RoomRule.$Properties=} [properties] Properties to set
             * @returns {goim.logic.RoomRule} RoomRule instance
             * @type {{
             *   (properties: goim.logic.RoomRule.$Shape): goim.logic.RoomRule & goim.logic.RoomRule.$Shape;
             *   (properties?: goim.logic.RoomRule.$Properties): goim.logic.RoomRule;
             * }}
             */
            RoomRule.create = function(properties) {
                return new RoomRule(properties);
            };

            /**
             * Encodes the specified RoomRule message. Does not implicitly {@link goim.logic.RoomRule.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.RoomRule
             * @static
             * @param {goim.logic.RoomRule.$Properties} message RoomRule message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomRule.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.pattern != null && $Object.hasOwnProperty.call(message, "pattern") && message.pattern !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.pattern);
                if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.role);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomRule message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.RoomRule
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.RoomRule & goim.logic.RoomRule.$Shape} RoomRule
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomRule.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.RoomRule();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.pattern = value;
                            else
                                delete message.pattern;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.role = value;
                            else
                                delete message.role;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomRule;
        })();

        logic.Grant = (function() {

            /**
             * Properties of a Grant.
             * @typedef {Object} goim.logic.Grant.$Properties
             * @property {Array.<goim.logic.RoomRule.$Properties>|null} [rooms] Grant rooms
             * @property {boolean|null} [roomsLimited] Grant roomsLimited
             * @property {number|Long|null} [expiresAt] Grant expiresAt
             * @property {number|Long|null} [issuedAt] Grant issuedAt
             * @property {string|null} [tokenId] Grant tokenId
             * @property {Object.<string,number>|null} [limits] Grant limits
             * @property {string|null} [keyId] Grant keyId
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Grant.
             * @memberof goim.logic
             * @interface IGrant
             * @augments goim.logic.Grant.$Properties
             * @deprecated Use goim.logic.Grant.$Properties instead.
             */

            /**
             * Shape of a Grant.
             * @typedef {goim.logic.Grant.$Properties} goim.logic.Grant.$Shape
             */

            /**
             * Constructs a new Grant.
             * @memberof goim.logic
             * @classdesc Represents a Grant.
             * @constructor
             * @param {goim.logic.Grant.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Grant = function (properties) {
                this.rooms = [];
                this.limits = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Grant rooms.
             * @member {Array.<goim.logic.RoomRule.$Properties>} rooms
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.rooms = $util.emptyArray;

            /**
             * Grant roomsLimited.
             * @member {boolean} roomsLimited
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.roomsLimited = false;

            /**
             * Grant expiresAt.
             * @member {number|Long} expiresAt
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.expiresAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Grant issuedAt.
             * @member {number|Long} issuedAt
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.issuedAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Grant tokenId.
             * @member {string} tokenId
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.tokenId = "";

            /**
             * Grant limits.
             * @member {Object.<string,number>} limits
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.limits = $util.emptyObject;

            /**
             * Grant keyId.
             * @member {string} keyId
             * @memberof goim.logic.Grant
             * @instance
             */
            Grant.prototype.keyId = "";

            /**
             * Creates a new Grant instance using the specified properties.
             * @function create
             * @memberof goim.logic.Grant
             * @static
             * @param {goim.logic.Grant.$Properties=} [properties] Properties to set
             * @returns {goim.logic.Grant} Grant instance
             * @type {{
             *   (properties: goim.logic.Grant.$Shape): goim.logic.Grant & goim.logic.Grant.$Shape;
             *   (properties?: goim.logic.Grant.$Properties): goim.logic.Grant;
             * }}
             */
            Grant.create = function(properties) {
                return new Grant(properties);
            };

            /**
             * Encodes the specified Grant message. Does not implicitly {@link goim.logic.Grant.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.Grant
             * @static
             * @param {goim.logic.Grant.$Properties} message Grant message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Grant.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.rooms != null && message.rooms.length)
                    for (let i = 0; i < message.rooms.length; ++i)
                        $root.goim.logic.RoomRule.encode(message.rooms[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.roomsLimited != null && $Object.hasOwnProperty.call(message, "roomsLimited") && message.roomsLimited !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.roomsLimited);
                if (message.expiresAt != null && $Object.hasOwnProperty.call(message, "expiresAt") && (typeof message.expiresAt === "object" ? message.expiresAt.low || message.expiresAt.high : message.expiresAt !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.expiresAt);
                if (message.issuedAt != null && $Object.hasOwnProperty.call(message, "issuedAt") && (typeof message.issuedAt === "object" ? message.issuedAt.low || message.issuedAt.high : message.issuedAt !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.issuedAt);
                if (message.tokenId != null && $Object.hasOwnProperty.call(message, "tokenId") && message.tokenId !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.tokenId);
                if (message.limits != null && $Object.hasOwnProperty.call(message, "limits"))
                    for (let keys = $Object.keys(message.limits), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 0 =*/16).uint32(message.limits[keys[i]]).ldelim();
                if (message.keyId != null && $Object.hasOwnProperty.call(message, "keyId") && message.keyId !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.keyId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Grant message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.Grant
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.Grant & goim.logic.Grant.$Shape} Grant
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Grant.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.Grant();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.rooms && message.rooms.length))
                                message.rooms = [];
                            message.rooms.push($root.goim.logic.RoomRule.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.roomsLimited = value;
                            else
                                delete message.roomsLimited;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.expiresAt = value;
                            else
                                delete message.expiresAt;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.issuedAt = value;
                            else
                                delete message.issuedAt;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.tokenId = value;
                            else
                                delete message.tokenId;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (message.limits === $util.emptyObject)
                                message.limits = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = 0;
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 0)
                                        break;
                                    value = reader.uint32();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.limits, key);
                            message.limits[key] = value;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.keyId = value;
                            else
                                delete message.keyId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Grant;
        })();

        logic.RefreshReq = (function() {

            /**
             * Properties of a RefreshReq.
             * @typedef {Object} goim.logic.RefreshReq.$Properties
             * @property {string|null} [mid] RefreshReq mid
             * @property {string|null} [key] RefreshReq key
             * @property {Uint8Array|null} [token] RefreshReq token
             * @property {string|null} [server] RefreshReq server
             * @property {string|null} [clientIp] RefreshReq clientIp
             * @property {string|null} [transport] RefreshReq transport
             * @property {number|null} [ver] RefreshReq ver
             * @property {boolean|null} [signedOnly] RefreshReq signedOnly
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RefreshReq.
             * @memberof goim.logic
             * @interface IRefreshReq
             * @augments goim.logic.RefreshReq.$Properties
             * @deprecated Use goim.logic.RefreshReq.$Properties instead.
             */

            /**
             * Shape of a RefreshReq.
             * @typedef {goim.logic.RefreshReq.$Properties} goim.logic.RefreshReq.$Shape
             */

            /**
             * Constructs a new RefreshReq.
             * @memberof goim.logic
             * @classdesc Represents a RefreshReq.
             * @constructor
             * @param {goim.logic.RefreshReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RefreshReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RefreshReq mid.
             * @member {string} mid
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.mid = "";

            /**
             * RefreshReq key.
             * @member {string} key
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.key = "";

            /**
             * RefreshReq token.
             * @member {Uint8Array} token
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.token = $util.newBuffer([]);

            /**
             * RefreshReq server.
             * @member {string} server
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.server = "";

            /**
             * RefreshReq clientIp.
             * @member {string} clientIp
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.clientIp = "";

            /**
             * RefreshReq transport.
             * @member {string} transport
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.transport = "";

            /**
             * RefreshReq ver.
             * @member {number} ver
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.ver = 0;

            /**
             * RefreshReq signedOnly.
             * @member {boolean} signedOnly
             * @memberof goim.logic.RefreshReq
             * @instance
             */
            RefreshReq.prototype.signedOnly = false;

            /**
             * Creates a new RefreshReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.RefreshReq
             * @static
             * @param {goim.logic.RefreshReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.RefreshReq} RefreshReq instance
             * @type {{
             *   (properties: goim.logic.RefreshReq.$Shape): goim.logic.RefreshReq & goim.logic.RefreshReq.$Shape;
             *   (properties?: goim.logic.RefreshReq.$Properties): goim.logic.RefreshReq;
             * }}
             */
            RefreshReq.create = function(properties) {
                return new RefreshReq(properties);
            };

            /**
             * Encodes the specified RefreshReq message. Does not implicitly {@link goim.logic.RefreshReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.RefreshReq
             * @static
             * @param {goim.logic.RefreshReq.$Properties} message RefreshReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RefreshReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.token);
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.server);
                if (message.clientIp != null && $Object.hasOwnProperty.call(message, "clientIp") && message.clientIp !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.clientIp);
                if (message.transport != null && $Object.hasOwnProperty.call(message, "transport") && message.transport !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.transport);
                if (message.ver != null && $Object.hasOwnProperty.call(message, "ver") && message.ver !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).int32(message.ver);
                if (message.signedOnly != null && $Object.hasOwnProperty.call(message, "signedOnly") && message.signedOnly !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.signedOnly);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RefreshReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.RefreshReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.RefreshReq & goim.logic.RefreshReq.$Shape} RefreshReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RefreshReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.RefreshReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clientIp = value;
                            else
                                delete message.clientIp;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.transport = value;
                            else
                                delete message.transport;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.ver = value;
                            else
                                delete message.ver;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.signedOnly = value;
                            else
                                delete message.signedOnly;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RefreshReq;
        })();

        logic.RefreshReply = (function() {

            /**
             * Properties of a RefreshReply.
             * @typedef {Object} goim.logic.RefreshReply.$Properties
             * @property {goim.logic.Grant.$Properties|null} [grant] RefreshReply grant
             * @property {string|null} [error] RefreshReply error
             * @property {string|null} [errorText] RefreshReply errorText
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RefreshReply.
             * @memberof goim.logic
             * @interface IRefreshReply
             * @augments goim.logic.RefreshReply.$Properties
             * @deprecated Use goim.logic.RefreshReply.$Properties instead.
             */

            /**
             * Shape of a RefreshReply.
             * @typedef {goim.logic.RefreshReply.$Properties} goim.logic.RefreshReply.$Shape
             */

            /**
             * Constructs a new RefreshReply.
             * @memberof goim.logic
             * @classdesc Represents a RefreshReply.
             * @constructor
             * @param {goim.logic.RefreshReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RefreshReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RefreshReply grant.
             * @member {goim.logic.Grant.$Properties|null|undefined} grant
             * @memberof goim.logic.RefreshReply
             * @instance
             */
            RefreshReply.prototype.grant = null;

            /**
             * RefreshReply error.
             * @member {string} error
             * @memberof goim.logic.RefreshReply
             * @instance
             */
            RefreshReply.prototype.error = "";

            /**
             * RefreshReply errorText.
             * @member {string} errorText
             * @memberof goim.logic.RefreshReply
             * @instance
             */
            RefreshReply.prototype.errorText = "";

            /**
             * Creates a new RefreshReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.RefreshReply
             * @static
             * @param {goim.logic.RefreshReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.RefreshReply} RefreshReply instance
             * @type {{
             *   (properties: goim.logic.RefreshReply.$Shape): goim.logic.RefreshReply & goim.logic.RefreshReply.$Shape;
             *   (properties?: goim.logic.RefreshReply.$Properties): goim.logic.RefreshReply;
             * }}
             */
            RefreshReply.create = function(properties) {
                return new RefreshReply(properties);
            };

            /**
             * Encodes the specified RefreshReply message. Does not implicitly {@link goim.logic.RefreshReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.RefreshReply
             * @static
             * @param {goim.logic.RefreshReply.$Properties} message RefreshReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RefreshReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
                    $root.goim.logic.Grant.encode(message.grant, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.error);
                if (message.errorText != null && $Object.hasOwnProperty.call(message, "errorText") && message.errorText !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.errorText);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RefreshReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.RefreshReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.RefreshReply & goim.logic.RefreshReply.$Shape} RefreshReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RefreshReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.RefreshReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.grant = $root.goim.logic.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorText = value;
                            else
                                delete message.errorText;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RefreshReply;
        })();

        logic.Kept = (function() {

            /**
             * Properties of a Kept.
             * @typedef {Object} goim.logic.Kept.$Properties
             * @property {string|null} [epoch] Kept epoch
             * @property {number|Long|null} [offset] Kept offset
             * @property {Array.<goim.push.CastEntry.$Properties>|null} [entries] Kept entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Kept.
             * @memberof goim.logic
             * @interface IKept
             * @augments goim.logic.Kept.$Properties
             * @deprecated Use goim.logic.Kept.$Properties instead.
             */

            /**
             * Shape of a Kept.
             * @typedef {goim.logic.Kept.$Properties} goim.logic.Kept.$Shape
             */

            /**
             * Constructs a new Kept.
             * @memberof goim.logic
             * @classdesc Represents a Kept.
             * @constructor
             * @param {goim.logic.Kept.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Kept = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Kept epoch.
             * @member {string} epoch
             * @memberof goim.logic.Kept
             * @instance
             */
            Kept.prototype.epoch = "";

            /**
             * Kept offset.
             * @member {number|Long} offset
             * @memberof goim.logic.Kept
             * @instance
             */
            Kept.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Kept entries.
             * @member {Array.<goim.push.CastEntry.$Properties>} entries
             * @memberof goim.logic.Kept
             * @instance
             */
            Kept.prototype.entries = $util.emptyArray;

            /**
             * Creates a new Kept instance using the specified properties.
             * @function create
             * @memberof goim.logic.Kept
             * @static
             * @param {goim.logic.Kept.$Properties=} [properties] Properties to set
             * @returns {goim.logic.Kept} Kept instance
             * @type {{
             *   (properties: goim.logic.Kept.$Shape): goim.logic.Kept & goim.logic.Kept.$Shape;
             *   (properties?: goim.logic.Kept.$Properties): goim.logic.Kept;
             * }}
             */
            Kept.create = function(properties) {
                return new Kept(properties);
            };

            /**
             * Encodes the specified Kept message. Does not implicitly {@link goim.logic.Kept.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.Kept
             * @static
             * @param {goim.logic.Kept.$Properties} message Kept message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Kept.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.epoch);
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.CastEntry.encode(message.entries[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Kept message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.Kept
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.Kept & goim.logic.Kept.$Shape} Kept
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Kept.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.Kept();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.CastEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Kept;
        })();

        logic.Mail = (function() {

            /**
             * Properties of a Mail.
             * @typedef {Object} goim.logic.Mail.$Properties
             * @property {string|null} [epoch] Mail epoch
             * @property {number|Long|null} [cursor] Mail cursor
             * @property {number|Long|null} [last] Mail last
             * @property {number|Long|null} [oldest] Mail oldest
             * @property {Array.<goim.push.MailEntry.$Properties>|null} [entries] Mail entries
             * @property {number|Long|null} [through] Mail through
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Mail.
             * @memberof goim.logic
             * @interface IMail
             * @augments goim.logic.Mail.$Properties
             * @deprecated Use goim.logic.Mail.$Properties instead.
             */

            /**
             * Shape of a Mail.
             * @typedef {goim.logic.Mail.$Properties} goim.logic.Mail.$Shape
             */

            /**
             * Constructs a new Mail.
             * @memberof goim.logic
             * @classdesc Represents a Mail.
             * @constructor
             * @param {goim.logic.Mail.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Mail = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Mail epoch.
             * @member {string} epoch
             * @memberof goim.logic.Mail
             * @instance
             */
            Mail.prototype.epoch = "";

            /**
             * Mail cursor.
             * @member {number|Long} cursor
             * @memberof goim.logic.Mail
             * @instance
             */
            Mail.prototype.cursor = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Mail last.
             * @member {number|Long} last
             * @memberof goim.logic.Mail
             * @instance
             */
            Mail.prototype.last = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Mail oldest.
             * @member {number|Long} oldest
             * @memberof goim.logic.Mail
             * @instance
             */
            Mail.prototype.oldest = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Mail entries.
             * @member {Array.<goim.push.MailEntry.$Properties>} entries
             * @memberof goim.logic.Mail
             * @instance
             */
            Mail.prototype.entries = $util.emptyArray;

            /**
             * Mail through.
             * @member {number|Long} through
             * @memberof goim.logic.Mail
             * @instance
             */
            Mail.prototype.through = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Mail instance using the specified properties.
             * @function create
             * @memberof goim.logic.Mail
             * @static
             * @param {goim.logic.Mail.$Properties=} [properties] Properties to set
             * @returns {goim.logic.Mail} Mail instance
             * @type {{
             *   (properties: goim.logic.Mail.$Shape): goim.logic.Mail & goim.logic.Mail.$Shape;
             *   (properties?: goim.logic.Mail.$Properties): goim.logic.Mail;
             * }}
             */
            Mail.create = function(properties) {
                return new Mail(properties);
            };

            /**
             * Encodes the specified Mail message. Does not implicitly {@link goim.logic.Mail.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.Mail
             * @static
             * @param {goim.logic.Mail.$Properties} message Mail message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Mail.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.epoch);
                if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor") && (typeof message.cursor === "object" ? message.cursor.low || message.cursor.high : message.cursor !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.cursor);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && (typeof message.last === "object" ? message.last.low || message.last.high : message.last !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.last);
                if (message.oldest != null && $Object.hasOwnProperty.call(message, "oldest") && (typeof message.oldest === "object" ? message.oldest.low || message.oldest.high : message.oldest !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.oldest);
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.MailEntry.encode(message.entries[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.through != null && $Object.hasOwnProperty.call(message, "through") && (typeof message.through === "object" ? message.through.low || message.through.high : message.through !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.through);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Mail message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.Mail
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.Mail & goim.logic.Mail.$Shape} Mail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Mail.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.Mail();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.cursor = value;
                            else
                                delete message.cursor;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.oldest = value;
                            else
                                delete message.oldest;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.MailEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.through = value;
                            else
                                delete message.through;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Mail;
        })();

        logic.MailboxRead = (function() {

            /**
             * Properties of a MailboxRead.
             * @typedef {Object} goim.logic.MailboxRead.$Properties
             * @property {string|null} [mid] MailboxRead mid
             * @property {number|Long|null} [after] MailboxRead after
             * @property {number|null} [entries] MailboxRead entries
             * @property {number|null} [bytes] MailboxRead bytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailboxRead.
             * @memberof goim.logic
             * @interface IMailboxRead
             * @augments goim.logic.MailboxRead.$Properties
             * @deprecated Use goim.logic.MailboxRead.$Properties instead.
             */

            /**
             * Shape of a MailboxRead.
             * @typedef {goim.logic.MailboxRead.$Properties} goim.logic.MailboxRead.$Shape
             */

            /**
             * Constructs a new MailboxRead.
             * @memberof goim.logic
             * @classdesc Represents a MailboxRead.
             * @constructor
             * @param {goim.logic.MailboxRead.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailboxRead = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailboxRead mid.
             * @member {string} mid
             * @memberof goim.logic.MailboxRead
             * @instance
             */
            MailboxRead.prototype.mid = "";

            /**
             * MailboxRead after.
             * @member {number|Long} after
             * @memberof goim.logic.MailboxRead
             * @instance
             */
            MailboxRead.prototype.after = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailboxRead entries.
             * @member {number} entries
             * @memberof goim.logic.MailboxRead
             * @instance
             */
            MailboxRead.prototype.entries = 0;

            /**
             * MailboxRead bytes.
             * @member {number} bytes
             * @memberof goim.logic.MailboxRead
             * @instance
             */
            MailboxRead.prototype.bytes = 0;

            /**
             * Creates a new MailboxRead instance using the specified properties.
             * @function create
             * @memberof goim.logic.MailboxRead
             * @static
             * @param {goim.logic.MailboxRead.$Properties=} [properties] Properties to set
             * @returns {goim.logic.MailboxRead} MailboxRead instance
             * @type {{
             *   (properties: goim.logic.MailboxRead.$Shape): goim.logic.MailboxRead & goim.logic.MailboxRead.$Shape;
             *   (properties?: goim.logic.MailboxRead.$Properties): goim.logic.MailboxRead;
             * }}
             */
            MailboxRead.create = function(properties) {
                return new MailboxRead(properties);
            };

            /**
             * Encodes the specified MailboxRead message. Does not implicitly {@link goim.logic.MailboxRead.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.MailboxRead
             * @static
             * @param {goim.logic.MailboxRead.$Properties} message MailboxRead message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailboxRead.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.after != null && $Object.hasOwnProperty.call(message, "after") && (typeof message.after === "object" ? message.after.low || message.after.high : message.after !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.after);
                if (message.entries != null && $Object.hasOwnProperty.call(message, "entries") && message.entries !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.entries);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.bytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailboxRead message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.MailboxRead
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.MailboxRead & goim.logic.MailboxRead.$Shape} MailboxRead
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailboxRead.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.MailboxRead();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.after = value;
                            else
                                delete message.after;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.entries = value;
                            else
                                delete message.entries;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.bytes = value;
                            else
                                delete message.bytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailboxRead;
        })();

        logic.MailboxReq = (function() {

            /**
             * Properties of a MailboxReq.
             * @typedef {Object} goim.logic.MailboxReq.$Properties
             * @property {Array.<goim.logic.MailboxRead.$Properties>|null} [reads] MailboxReq reads
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailboxReq.
             * @memberof goim.logic
             * @interface IMailboxReq
             * @augments goim.logic.MailboxReq.$Properties
             * @deprecated Use goim.logic.MailboxReq.$Properties instead.
             */

            /**
             * Shape of a MailboxReq.
             * @typedef {goim.logic.MailboxReq.$Properties} goim.logic.MailboxReq.$Shape
             */

            /**
             * Constructs a new MailboxReq.
             * @memberof goim.logic
             * @classdesc Represents a MailboxReq.
             * @constructor
             * @param {goim.logic.MailboxReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailboxReq = function (properties) {
                this.reads = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailboxReq reads.
             * @member {Array.<goim.logic.MailboxRead.$Properties>} reads
             * @memberof goim.logic.MailboxReq
             * @instance
             */
            MailboxReq.prototype.reads = $util.emptyArray;

            /**
             * Creates a new MailboxReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.MailboxReq
             * @static
             * @param {goim.logic.MailboxReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.MailboxReq} MailboxReq instance
             * @type {{
             *   (properties: goim.logic.MailboxReq.$Shape): goim.logic.MailboxReq & goim.logic.MailboxReq.$Shape;
             *   (properties?: goim.logic.MailboxReq.$Properties): goim.logic.MailboxReq;
             * }}
             */
            MailboxReq.create = function(properties) {
                return new MailboxReq(properties);
            };

            /**
             * Encodes the specified MailboxReq message. Does not implicitly {@link goim.logic.MailboxReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.MailboxReq
             * @static
             * @param {goim.logic.MailboxReq.$Properties} message MailboxReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailboxReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reads != null && message.reads.length)
                    for (let i = 0; i < message.reads.length; ++i)
                        $root.goim.logic.MailboxRead.encode(message.reads[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailboxReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.MailboxReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.MailboxReq & goim.logic.MailboxReq.$Shape} MailboxReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailboxReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.MailboxReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.reads && message.reads.length))
                                message.reads = [];
                            message.reads.push($root.goim.logic.MailboxRead.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailboxReq;
        })();

        logic.MailboxResult = (function() {

            /**
             * Properties of a MailboxResult.
             * @typedef {Object} goim.logic.MailboxResult.$Properties
             * @property {goim.logic.Mail.$Properties|null} [mail] MailboxResult mail
             * @property {string|null} [error] MailboxResult error
             * @property {string|null} [errorText] MailboxResult errorText
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailboxResult.
             * @memberof goim.logic
             * @interface IMailboxResult
             * @augments goim.logic.MailboxResult.$Properties
             * @deprecated Use goim.logic.MailboxResult.$Properties instead.
             */

            /**
             * Shape of a MailboxResult.
             * @typedef {goim.logic.MailboxResult.$Properties} goim.logic.MailboxResult.$Shape
             */

            /**
             * Constructs a new MailboxResult.
             * @memberof goim.logic
             * @classdesc Represents a MailboxResult.
             * @constructor
             * @param {goim.logic.MailboxResult.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailboxResult = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailboxResult mail.
             * @member {goim.logic.Mail.$Properties|null|undefined} mail
             * @memberof goim.logic.MailboxResult
             * @instance
             */
            MailboxResult.prototype.mail = null;

            /**
             * MailboxResult error.
             * @member {string} error
             * @memberof goim.logic.MailboxResult
             * @instance
             */
            MailboxResult.prototype.error = "";

            /**
             * MailboxResult errorText.
             * @member {string} errorText
             * @memberof goim.logic.MailboxResult
             * @instance
             */
            MailboxResult.prototype.errorText = "";

            /**
             * Creates a new MailboxResult instance using the specified properties.
             * @function create
             * @memberof goim.logic.MailboxResult
             * @static
             * @param {goim.logic.MailboxResult.$Properties=} [properties] Properties to set
             * @returns {goim.logic.MailboxResult} MailboxResult instance
             * @type {{
             *   (properties: goim.logic.MailboxResult.$Shape): goim.logic.MailboxResult & goim.logic.MailboxResult.$Shape;
             *   (properties?: goim.logic.MailboxResult.$Properties): goim.logic.MailboxResult;
             * }}
             */
            MailboxResult.create = function(properties) {
                return new MailboxResult(properties);
            };

            /**
             * Encodes the specified MailboxResult message. Does not implicitly {@link goim.logic.MailboxResult.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.MailboxResult
             * @static
             * @param {goim.logic.MailboxResult.$Properties} message MailboxResult message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailboxResult.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mail != null && $Object.hasOwnProperty.call(message, "mail"))
                    $root.goim.logic.Mail.encode(message.mail, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.error);
                if (message.errorText != null && $Object.hasOwnProperty.call(message, "errorText") && message.errorText !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.errorText);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailboxResult message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.MailboxResult
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.MailboxResult & goim.logic.MailboxResult.$Shape} MailboxResult
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailboxResult.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.MailboxResult();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.mail = $root.goim.logic.Mail.decode(reader, reader.size(), $undefined, _depth + 1, message.mail);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorText = value;
                            else
                                delete message.errorText;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailboxResult;
        })();

        logic.MailboxReply = (function() {

            /**
             * Properties of a MailboxReply.
             * @typedef {Object} goim.logic.MailboxReply.$Properties
             * @property {Array.<goim.logic.MailboxResult.$Properties>|null} [results] MailboxReply results
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailboxReply.
             * @memberof goim.logic
             * @interface IMailboxReply
             * @augments goim.logic.MailboxReply.$Properties
             * @deprecated Use goim.logic.MailboxReply.$Properties instead.
             */

            /**
             * Shape of a MailboxReply.
             * @typedef {goim.logic.MailboxReply.$Properties} goim.logic.MailboxReply.$Shape
             */

            /**
             * Constructs a new MailboxReply.
             * @memberof goim.logic
             * @classdesc Represents a MailboxReply.
             * @constructor
             * @param {goim.logic.MailboxReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailboxReply = function (properties) {
                this.results = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailboxReply results.
             * @member {Array.<goim.logic.MailboxResult.$Properties>} results
             * @memberof goim.logic.MailboxReply
             * @instance
             */
            MailboxReply.prototype.results = $util.emptyArray;

            /**
             * Creates a new MailboxReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.MailboxReply
             * @static
             * @param {goim.logic.MailboxReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.MailboxReply} MailboxReply instance
             * @type {{
             *   (properties: goim.logic.MailboxReply.$Shape): goim.logic.MailboxReply & goim.logic.MailboxReply.$Shape;
             *   (properties?: goim.logic.MailboxReply.$Properties): goim.logic.MailboxReply;
             * }}
             */
            MailboxReply.create = function(properties) {
                return new MailboxReply(properties);
            };

            /**
             * Encodes the specified MailboxReply message. Does not implicitly {@link goim.logic.MailboxReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.MailboxReply
             * @static
             * @param {goim.logic.MailboxReply.$Properties} message MailboxReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailboxReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.results != null && message.results.length)
                    for (let i = 0; i < message.results.length; ++i)
                        $root.goim.logic.MailboxResult.encode(message.results[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailboxReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.MailboxReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.MailboxReply & goim.logic.MailboxReply.$Shape} MailboxReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailboxReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.MailboxReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.results && message.results.length))
                                message.results = [];
                            message.results.push($root.goim.logic.MailboxResult.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailboxReply;
        })();

        logic.AckReq = (function() {

            /**
             * Properties of an AckReq.
             * @typedef {Object} goim.logic.AckReq.$Properties
             * @property {string|null} [mid] AckReq mid
             * @property {string|null} [device] AckReq device
             * @property {string|null} [epoch] AckReq epoch
             * @property {number|Long|null} [acked] AckReq acked
             * @property {number|Long|null} [handed] AckReq handed
             * @property {number|Long|null} [since] AckReq since
             * @property {string|null} [session] AckReq session
             * @property {string|null} [allEpoch] AckReq allEpoch
             * @property {number|Long|null} [allAcked] AckReq allAcked
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AckReq.
             * @memberof goim.logic
             * @interface IAckReq
             * @augments goim.logic.AckReq.$Properties
             * @deprecated Use goim.logic.AckReq.$Properties instead.
             */

            /**
             * Shape of an AckReq.
             * @typedef {goim.logic.AckReq.$Properties} goim.logic.AckReq.$Shape
             */

            /**
             * Constructs a new AckReq.
             * @memberof goim.logic
             * @classdesc Represents an AckReq.
             * @constructor
             * @param {goim.logic.AckReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AckReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AckReq mid.
             * @member {string} mid
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.mid = "";

            /**
             * AckReq device.
             * @member {string} device
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.device = "";

            /**
             * AckReq epoch.
             * @member {string} epoch
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.epoch = "";

            /**
             * AckReq acked.
             * @member {number|Long} acked
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.acked = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AckReq handed.
             * @member {number|Long} handed
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.handed = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AckReq since.
             * @member {number|Long} since
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AckReq session.
             * @member {string} session
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.session = "";

            /**
             * AckReq allEpoch.
             * @member {string} allEpoch
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.allEpoch = "";

            /**
             * AckReq allAcked.
             * @member {number|Long} allAcked
             * @memberof goim.logic.AckReq
             * @instance
             */
            AckReq.prototype.allAcked = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new AckReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.AckReq
             * @static
             * @param {goim.logic.AckReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.AckReq} AckReq instance
             * @type {{
             *   (properties: goim.logic.AckReq.$Shape): goim.logic.AckReq & goim.logic.AckReq.$Shape;
             *   (properties?: goim.logic.AckReq.$Properties): goim.logic.AckReq;
             * }}
             */
            AckReq.create = function(properties) {
                return new AckReq(properties);
            };

            /**
             * Encodes the specified AckReq message. Does not implicitly {@link goim.logic.AckReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.AckReq
             * @static
             * @param {goim.logic.AckReq.$Properties} message AckReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AckReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.device);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.epoch);
                if (message.acked != null && $Object.hasOwnProperty.call(message, "acked") && (typeof message.acked === "object" ? message.acked.low || message.acked.high : message.acked !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.acked);
                if (message.handed != null && $Object.hasOwnProperty.call(message, "handed") && (typeof message.handed === "object" ? message.handed.low || message.handed.high : message.handed !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.handed);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.since);
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.session);
                if (message.allEpoch != null && $Object.hasOwnProperty.call(message, "allEpoch") && message.allEpoch !== "")
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.allEpoch);
                if (message.allAcked != null && $Object.hasOwnProperty.call(message, "allAcked") && (typeof message.allAcked === "object" ? message.allAcked.low || message.allAcked.high : message.allAcked !== 0))
                    writer.uint32(/* id 9, wireType 0 =*/72).uint64(message.allAcked);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AckReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.AckReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.AckReq & goim.logic.AckReq.$Shape} AckReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AckReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.AckReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.device = value;
                            else
                                delete message.device;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.acked = value;
                            else
                                delete message.acked;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.handed = value;
                            else
                                delete message.handed;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.since = value;
                            else
                                delete message.since;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.allEpoch = value;
                            else
                                delete message.allEpoch;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.allAcked = value;
                            else
                                delete message.allAcked;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AckReq;
        })();

        logic.AckBatchReq = (function() {

            /**
             * Properties of an AckBatchReq.
             * @typedef {Object} goim.logic.AckBatchReq.$Properties
             * @property {Array.<goim.logic.AckReq.$Properties>|null} [requests] AckBatchReq requests
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AckBatchReq.
             * @memberof goim.logic
             * @interface IAckBatchReq
             * @augments goim.logic.AckBatchReq.$Properties
             * @deprecated Use goim.logic.AckBatchReq.$Properties instead.
             */

            /**
             * Shape of an AckBatchReq.
             * @typedef {goim.logic.AckBatchReq.$Properties} goim.logic.AckBatchReq.$Shape
             */

            /**
             * Constructs a new AckBatchReq.
             * @memberof goim.logic
             * @classdesc Represents an AckBatchReq.
             * @constructor
             * @param {goim.logic.AckBatchReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AckBatchReq = function (properties) {
                this.requests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AckBatchReq requests.
             * @member {Array.<goim.logic.AckReq.$Properties>} requests
             * @memberof goim.logic.AckBatchReq
             * @instance
             */
            AckBatchReq.prototype.requests = $util.emptyArray;

            /**
             * Creates a new AckBatchReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.AckBatchReq
             * @static
             * @param {goim.logic.AckBatchReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.AckBatchReq} AckBatchReq instance
             * @type {{
             *   (properties: goim.logic.AckBatchReq.$Shape): goim.logic.AckBatchReq & goim.logic.AckBatchReq.$Shape;
             *   (properties?: goim.logic.AckBatchReq.$Properties): goim.logic.AckBatchReq;
             * }}
             */
            AckBatchReq.create = function(properties) {
                return new AckBatchReq(properties);
            };

            /**
             * Encodes the specified AckBatchReq message. Does not implicitly {@link goim.logic.AckBatchReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.AckBatchReq
             * @static
             * @param {goim.logic.AckBatchReq.$Properties} message AckBatchReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AckBatchReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requests != null && message.requests.length)
                    for (let i = 0; i < message.requests.length; ++i)
                        $root.goim.logic.AckReq.encode(message.requests[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AckBatchReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.AckBatchReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.AckBatchReq & goim.logic.AckBatchReq.$Shape} AckBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AckBatchReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.AckBatchReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.requests && message.requests.length))
                                message.requests = [];
                            message.requests.push($root.goim.logic.AckReq.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AckBatchReq;
        })();

        logic.AckReply = (function() {

            /**
             * Properties of an AckReply.
             * @typedef {Object} goim.logic.AckReply.$Properties
             * @property {boolean|null} [fenced] AckReply fenced
             * @property {string|null} [error] AckReply error
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AckReply.
             * @memberof goim.logic
             * @interface IAckReply
             * @augments goim.logic.AckReply.$Properties
             * @deprecated Use goim.logic.AckReply.$Properties instead.
             */

            /**
             * Shape of an AckReply.
             * @typedef {goim.logic.AckReply.$Properties} goim.logic.AckReply.$Shape
             */

            /**
             * Constructs a new AckReply.
             * @memberof goim.logic
             * @classdesc Represents an AckReply.
             * @constructor
             * @param {goim.logic.AckReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AckReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AckReply fenced.
             * @member {boolean} fenced
             * @memberof goim.logic.AckReply
             * @instance
             */
            AckReply.prototype.fenced = false;

            /**
             * AckReply error.
             * @member {string} error
             * @memberof goim.logic.AckReply
             * @instance
             */
            AckReply.prototype.error = "";

            /**
             * Creates a new AckReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.AckReply
             * @static
             * @param {goim.logic.AckReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.AckReply} AckReply instance
             * @type {{
             *   (properties: goim.logic.AckReply.$Shape): goim.logic.AckReply & goim.logic.AckReply.$Shape;
             *   (properties?: goim.logic.AckReply.$Properties): goim.logic.AckReply;
             * }}
             */
            AckReply.create = function(properties) {
                return new AckReply(properties);
            };

            /**
             * Encodes the specified AckReply message. Does not implicitly {@link goim.logic.AckReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.AckReply
             * @static
             * @param {goim.logic.AckReply.$Properties} message AckReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AckReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced") && message.fenced !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.fenced);
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.error);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AckReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.AckReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.AckReply & goim.logic.AckReply.$Shape} AckReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AckReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.AckReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.fenced = value;
                            else
                                delete message.fenced;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AckReply;
        })();

        logic.AckBatchReply = (function() {

            /**
             * Properties of an AckBatchReply.
             * @typedef {Object} goim.logic.AckBatchReply.$Properties
             * @property {Array.<goim.logic.AckReply.$Properties>|null} [replies] AckBatchReply replies
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AckBatchReply.
             * @memberof goim.logic
             * @interface IAckBatchReply
             * @augments goim.logic.AckBatchReply.$Properties
             * @deprecated Use goim.logic.AckBatchReply.$Properties instead.
             */

            /**
             * Shape of an AckBatchReply.
             * @typedef {goim.logic.AckBatchReply.$Properties} goim.logic.AckBatchReply.$Shape
             */

            /**
             * Constructs a new AckBatchReply.
             * @memberof goim.logic
             * @classdesc Represents an AckBatchReply.
             * @constructor
             * @param {goim.logic.AckBatchReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AckBatchReply = function (properties) {
                this.replies = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AckBatchReply replies.
             * @member {Array.<goim.logic.AckReply.$Properties>} replies
             * @memberof goim.logic.AckBatchReply
             * @instance
             */
            AckBatchReply.prototype.replies = $util.emptyArray;

            /**
             * Creates a new AckBatchReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.AckBatchReply
             * @static
             * @param {goim.logic.AckBatchReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.AckBatchReply} AckBatchReply instance
             * @type {{
             *   (properties: goim.logic.AckBatchReply.$Shape): goim.logic.AckBatchReply & goim.logic.AckBatchReply.$Shape;
             *   (properties?: goim.logic.AckBatchReply.$Properties): goim.logic.AckBatchReply;
             * }}
             */
            AckBatchReply.create = function(properties) {
                return new AckBatchReply(properties);
            };

            /**
             * Encodes the specified AckBatchReply message. Does not implicitly {@link goim.logic.AckBatchReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.AckBatchReply
             * @static
             * @param {goim.logic.AckBatchReply.$Properties} message AckBatchReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AckBatchReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.replies != null && message.replies.length)
                    for (let i = 0; i < message.replies.length; ++i)
                        $root.goim.logic.AckReply.encode(message.replies[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AckBatchReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.AckBatchReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.AckBatchReply & goim.logic.AckBatchReply.$Shape} AckBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AckBatchReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.AckBatchReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.replies && message.replies.length))
                                message.replies = [];
                            message.replies.push($root.goim.logic.AckReply.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AckBatchReply;
        })();

        logic.PublishReq = (function() {

            /**
             * Properties of a PublishReq.
             * @typedef {Object} goim.logic.PublishReq.$Properties
             * @property {string|null} [mid] PublishReq mid
             * @property {string|null} [key] PublishReq key
             * @property {string|null} [server] PublishReq server
             * @property {string|null} [room] PublishReq room
             * @property {number|null} [op] PublishReq op
             * @property {Uint8Array|null} [body] PublishReq body
             * @property {string|null} [id] PublishReq id
             * @property {boolean|null} [excludeSelf] PublishReq excludeSelf
             * @property {string|null} [clientIp] PublishReq clientIp
             * @property {string|null} [platform] PublishReq platform
             * @property {string|null} [user] PublishReq user
             * @property {string|null} [device] PublishReq device
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PublishReq.
             * @memberof goim.logic
             * @interface IPublishReq
             * @augments goim.logic.PublishReq.$Properties
             * @deprecated Use goim.logic.PublishReq.$Properties instead.
             */

            /**
             * Shape of a PublishReq.
             * @typedef {goim.logic.PublishReq.$Properties} goim.logic.PublishReq.$Shape
             */

            /**
             * Constructs a new PublishReq.
             * @memberof goim.logic
             * @classdesc Represents a PublishReq.
             * @constructor
             * @param {goim.logic.PublishReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PublishReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PublishReq mid.
             * @member {string} mid
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.mid = "";

            /**
             * PublishReq key.
             * @member {string} key
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.key = "";

            /**
             * PublishReq server.
             * @member {string} server
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.server = "";

            /**
             * PublishReq room.
             * @member {string} room
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.room = "";

            /**
             * PublishReq op.
             * @member {number} op
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.op = 0;

            /**
             * PublishReq body.
             * @member {Uint8Array} body
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.body = $util.newBuffer([]);

            /**
             * PublishReq id.
             * @member {string} id
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.id = "";

            /**
             * PublishReq excludeSelf.
             * @member {boolean} excludeSelf
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.excludeSelf = false;

            /**
             * PublishReq clientIp.
             * @member {string} clientIp
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.clientIp = "";

            /**
             * PublishReq platform.
             * @member {string} platform
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.platform = "";

            /**
             * PublishReq user.
             * @member {string} user
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.user = "";

            /**
             * PublishReq device.
             * @member {string} device
             * @memberof goim.logic.PublishReq
             * @instance
             */
            PublishReq.prototype.device = "";

            /**
             * Creates a new PublishReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.PublishReq
             * @static
             * @param {goim.logic.PublishReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.PublishReq} PublishReq instance
             * @type {{
             *   (properties: goim.logic.PublishReq.$Shape): goim.logic.PublishReq & goim.logic.PublishReq.$Shape;
             *   (properties?: goim.logic.PublishReq.$Properties): goim.logic.PublishReq;
             * }}
             */
            PublishReq.create = function(properties) {
                return new PublishReq(properties);
            };

            /**
             * Encodes the specified PublishReq message. Does not implicitly {@link goim.logic.PublishReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.PublishReq
             * @static
             * @param {goim.logic.PublishReq.$Properties} message PublishReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PublishReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.server);
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.room);
                if (message.op != null && $Object.hasOwnProperty.call(message, "op") && message.op !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).int32(message.op);
                if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                    writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.body);
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.id);
                if (message.excludeSelf != null && $Object.hasOwnProperty.call(message, "excludeSelf") && message.excludeSelf !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.excludeSelf);
                if (message.clientIp != null && $Object.hasOwnProperty.call(message, "clientIp") && message.clientIp !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.clientIp);
                if (message.platform != null && $Object.hasOwnProperty.call(message, "platform") && message.platform !== "")
                    writer.uint32(/* id 10, wireType 2 =*/82).string(message.platform);
                if (message.user != null && $Object.hasOwnProperty.call(message, "user") && message.user !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.user);
                if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                    writer.uint32(/* id 20, wireType 2 =*/162).string(message.device);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PublishReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.PublishReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.PublishReq & goim.logic.PublishReq.$Shape} PublishReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PublishReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.PublishReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.op = value;
                            else
                                delete message.op;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.body = value;
                            else
                                delete message.body;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.excludeSelf = value;
                            else
                                delete message.excludeSelf;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clientIp = value;
                            else
                                delete message.clientIp;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.platform = value;
                            else
                                delete message.platform;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.user = value;
                            else
                                delete message.user;
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.device = value;
                            else
                                delete message.device;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PublishReq;
        })();

        logic.PublishReply = (function() {

            /**
             * Properties of a PublishReply.
             * @typedef {Object} goim.logic.PublishReply.$Properties
             * @property {number|Long|null} [offset] PublishReply offset
             * @property {string|null} [epoch] PublishReply epoch
             * @property {boolean|null} [duplicate] PublishReply duplicate
             * @property {string|null} [error] PublishReply error
             * @property {string|null} [errorText] PublishReply errorText
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PublishReply.
             * @memberof goim.logic
             * @interface IPublishReply
             * @augments goim.logic.PublishReply.$Properties
             * @deprecated Use goim.logic.PublishReply.$Properties instead.
             */

            /**
             * Shape of a PublishReply.
             * @typedef {goim.logic.PublishReply.$Properties} goim.logic.PublishReply.$Shape
             */

            /**
             * Constructs a new PublishReply.
             * @memberof goim.logic
             * @classdesc Represents a PublishReply.
             * @constructor
             * @param {goim.logic.PublishReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PublishReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PublishReply offset.
             * @member {number|Long} offset
             * @memberof goim.logic.PublishReply
             * @instance
             */
            PublishReply.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * PublishReply epoch.
             * @member {string} epoch
             * @memberof goim.logic.PublishReply
             * @instance
             */
            PublishReply.prototype.epoch = "";

            /**
             * PublishReply duplicate.
             * @member {boolean} duplicate
             * @memberof goim.logic.PublishReply
             * @instance
             */
            PublishReply.prototype.duplicate = false;

            /**
             * PublishReply error.
             * @member {string} error
             * @memberof goim.logic.PublishReply
             * @instance
             */
            PublishReply.prototype.error = "";

            /**
             * PublishReply errorText.
             * @member {string} errorText
             * @memberof goim.logic.PublishReply
             * @instance
             */
            PublishReply.prototype.errorText = "";

            /**
             * Creates a new PublishReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.PublishReply
             * @static
             * @param {goim.logic.PublishReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.PublishReply} PublishReply instance
             * @type {{
             *   (properties: goim.logic.PublishReply.$Shape): goim.logic.PublishReply & goim.logic.PublishReply.$Shape;
             *   (properties?: goim.logic.PublishReply.$Properties): goim.logic.PublishReply;
             * }}
             */
            PublishReply.create = function(properties) {
                return new PublishReply(properties);
            };

            /**
             * Encodes the specified PublishReply message. Does not implicitly {@link goim.logic.PublishReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.PublishReply
             * @static
             * @param {goim.logic.PublishReply.$Properties} message PublishReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PublishReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.offset);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.epoch);
                if (message.duplicate != null && $Object.hasOwnProperty.call(message, "duplicate") && message.duplicate !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.duplicate);
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.error);
                if (message.errorText != null && $Object.hasOwnProperty.call(message, "errorText") && message.errorText !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.errorText);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PublishReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.PublishReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.PublishReply & goim.logic.PublishReply.$Shape} PublishReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PublishReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.PublishReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.duplicate = value;
                            else
                                delete message.duplicate;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorText = value;
                            else
                                delete message.errorText;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PublishReply;
        })();

        logic.HistoryReq = (function() {

            /**
             * Properties of a HistoryReq.
             * @typedef {Object} goim.logic.HistoryReq.$Properties
             * @property {string|null} [mid] HistoryReq mid
             * @property {string|null} [room] HistoryReq room
             * @property {number|Long|null} [before] HistoryReq before
             * @property {number|Long|null} [after] HistoryReq after
             * @property {string|null} [epoch] HistoryReq epoch
             * @property {number|null} [limit] HistoryReq limit
             * @property {number|null} [bytes] HistoryReq bytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HistoryReq.
             * @memberof goim.logic
             * @interface IHistoryReq
             * @augments goim.logic.HistoryReq.$Properties
             * @deprecated Use goim.logic.HistoryReq.$Properties instead.
             */

            /**
             * Shape of a HistoryReq.
             * @typedef {goim.logic.HistoryReq.$Properties} goim.logic.HistoryReq.$Shape
             */

            /**
             * Constructs a new HistoryReq.
             * @memberof goim.logic
             * @classdesc Represents a HistoryReq.
             * @constructor
             * @param {goim.logic.HistoryReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HistoryReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HistoryReq mid.
             * @member {string} mid
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.mid = "";

            /**
             * HistoryReq room.
             * @member {string} room
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.room = "";

            /**
             * HistoryReq before.
             * @member {number|Long|null|undefined} before
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.before = null;

            /**
             * HistoryReq after.
             * @member {number|Long|null|undefined} after
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.after = null;

            /**
             * HistoryReq epoch.
             * @member {string} epoch
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.epoch = "";

            /**
             * HistoryReq limit.
             * @member {number} limit
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.limit = 0;

            /**
             * HistoryReq bytes.
             * @member {number} bytes
             * @memberof goim.logic.HistoryReq
             * @instance
             */
            HistoryReq.prototype.bytes = 0;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(HistoryReq.prototype, "_before", {
                get: $util.oneOfGetter($oneOfFields = ["before"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(HistoryReq.prototype, "_after", {
                get: $util.oneOfGetter($oneOfFields = ["after"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new HistoryReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.HistoryReq
             * @static
             * @param {goim.logic.HistoryReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.HistoryReq} HistoryReq instance
             * @type {{
             *   (properties: goim.logic.HistoryReq.$Shape): goim.logic.HistoryReq & goim.logic.HistoryReq.$Shape;
             *   (properties?: goim.logic.HistoryReq.$Properties): goim.logic.HistoryReq;
             * }}
             */
            HistoryReq.create = function(properties) {
                return new HistoryReq(properties);
            };

            /**
             * Encodes the specified HistoryReq message. Does not implicitly {@link goim.logic.HistoryReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.HistoryReq
             * @static
             * @param {goim.logic.HistoryReq.$Properties} message HistoryReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HistoryReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.mid);
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.room);
                if (message.before != null && $Object.hasOwnProperty.call(message, "before"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.before);
                if (message.after != null && $Object.hasOwnProperty.call(message, "after"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.after);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.epoch);
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.limit);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.bytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HistoryReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.HistoryReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.HistoryReq & goim.logic.HistoryReq.$Shape} HistoryReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HistoryReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.HistoryReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.before = reader.uint64();
                            message._before = "before";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.after = reader.uint64();
                            message._after = "after";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.bytes = value;
                            else
                                delete message.bytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HistoryReq;
        })();

        logic.HistoryReply = (function() {

            /**
             * Properties of a HistoryReply.
             * @typedef {Object} goim.logic.HistoryReply.$Properties
             * @property {string|null} [epoch] HistoryReply epoch
             * @property {Array.<goim.push.CastEntry.$Properties>|null} [entries] HistoryReply entries
             * @property {number|Long|null} [next] HistoryReply next
             * @property {number|Long|null} [oldest] HistoryReply oldest
             * @property {string|null} [error] HistoryReply error
             * @property {string|null} [errorText] HistoryReply errorText
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HistoryReply.
             * @memberof goim.logic
             * @interface IHistoryReply
             * @augments goim.logic.HistoryReply.$Properties
             * @deprecated Use goim.logic.HistoryReply.$Properties instead.
             */

            /**
             * Shape of a HistoryReply.
             * @typedef {goim.logic.HistoryReply.$Properties} goim.logic.HistoryReply.$Shape
             */

            /**
             * Constructs a new HistoryReply.
             * @memberof goim.logic
             * @classdesc Represents a HistoryReply.
             * @constructor
             * @param {goim.logic.HistoryReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HistoryReply = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HistoryReply epoch.
             * @member {string} epoch
             * @memberof goim.logic.HistoryReply
             * @instance
             */
            HistoryReply.prototype.epoch = "";

            /**
             * HistoryReply entries.
             * @member {Array.<goim.push.CastEntry.$Properties>} entries
             * @memberof goim.logic.HistoryReply
             * @instance
             */
            HistoryReply.prototype.entries = $util.emptyArray;

            /**
             * HistoryReply next.
             * @member {number|Long|null|undefined} next
             * @memberof goim.logic.HistoryReply
             * @instance
             */
            HistoryReply.prototype.next = null;

            /**
             * HistoryReply oldest.
             * @member {number|Long} oldest
             * @memberof goim.logic.HistoryReply
             * @instance
             */
            HistoryReply.prototype.oldest = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * HistoryReply error.
             * @member {string} error
             * @memberof goim.logic.HistoryReply
             * @instance
             */
            HistoryReply.prototype.error = "";

            /**
             * HistoryReply errorText.
             * @member {string} errorText
             * @memberof goim.logic.HistoryReply
             * @instance
             */
            HistoryReply.prototype.errorText = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(HistoryReply.prototype, "_next", {
                get: $util.oneOfGetter($oneOfFields = ["next"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new HistoryReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.HistoryReply
             * @static
             * @param {goim.logic.HistoryReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.HistoryReply} HistoryReply instance
             * @type {{
             *   (properties: goim.logic.HistoryReply.$Shape): goim.logic.HistoryReply & goim.logic.HistoryReply.$Shape;
             *   (properties?: goim.logic.HistoryReply.$Properties): goim.logic.HistoryReply;
             * }}
             */
            HistoryReply.create = function(properties) {
                return new HistoryReply(properties);
            };

            /**
             * Encodes the specified HistoryReply message. Does not implicitly {@link goim.logic.HistoryReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.HistoryReply
             * @static
             * @param {goim.logic.HistoryReply.$Properties} message HistoryReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HistoryReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.epoch);
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.CastEntry.encode(message.entries[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.next != null && $Object.hasOwnProperty.call(message, "next"))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.next);
                if (message.oldest != null && $Object.hasOwnProperty.call(message, "oldest") && (typeof message.oldest === "object" ? message.oldest.low || message.oldest.high : message.oldest !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.oldest);
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.error);
                if (message.errorText != null && $Object.hasOwnProperty.call(message, "errorText") && message.errorText !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.errorText);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HistoryReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.HistoryReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.HistoryReply & goim.logic.HistoryReply.$Shape} HistoryReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HistoryReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.HistoryReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.CastEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.next = reader.uint64();
                            message._next = "next";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.oldest = value;
                            else
                                delete message.oldest;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorText = value;
                            else
                                delete message.errorText;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HistoryReply;
        })();

        logic.ConnectBatchReq = (function() {

            /**
             * Properties of a ConnectBatchReq.
             * @typedef {Object} goim.logic.ConnectBatchReq.$Properties
             * @property {Array.<goim.logic.ConnectReq.$Properties>|null} [requests] ConnectBatchReq requests
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ConnectBatchReq.
             * @memberof goim.logic
             * @interface IConnectBatchReq
             * @augments goim.logic.ConnectBatchReq.$Properties
             * @deprecated Use goim.logic.ConnectBatchReq.$Properties instead.
             */

            /**
             * Shape of a ConnectBatchReq.
             * @typedef {goim.logic.ConnectBatchReq.$Properties} goim.logic.ConnectBatchReq.$Shape
             */

            /**
             * Constructs a new ConnectBatchReq.
             * @memberof goim.logic
             * @classdesc Represents a ConnectBatchReq.
             * @constructor
             * @param {goim.logic.ConnectBatchReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ConnectBatchReq = function (properties) {
                this.requests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ConnectBatchReq requests.
             * @member {Array.<goim.logic.ConnectReq.$Properties>} requests
             * @memberof goim.logic.ConnectBatchReq
             * @instance
             */
            ConnectBatchReq.prototype.requests = $util.emptyArray;

            /**
             * Creates a new ConnectBatchReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.ConnectBatchReq
             * @static
             * @param {goim.logic.ConnectBatchReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.ConnectBatchReq} ConnectBatchReq instance
             * @type {{
             *   (properties: goim.logic.ConnectBatchReq.$Shape): goim.logic.ConnectBatchReq & goim.logic.ConnectBatchReq.$Shape;
             *   (properties?: goim.logic.ConnectBatchReq.$Properties): goim.logic.ConnectBatchReq;
             * }}
             */
            ConnectBatchReq.create = function(properties) {
                return new ConnectBatchReq(properties);
            };

            /**
             * Encodes the specified ConnectBatchReq message. Does not implicitly {@link goim.logic.ConnectBatchReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.ConnectBatchReq
             * @static
             * @param {goim.logic.ConnectBatchReq.$Properties} message ConnectBatchReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ConnectBatchReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requests != null && message.requests.length)
                    for (let i = 0; i < message.requests.length; ++i)
                        $root.goim.logic.ConnectReq.encode(message.requests[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ConnectBatchReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.ConnectBatchReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.ConnectBatchReq & goim.logic.ConnectBatchReq.$Shape} ConnectBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ConnectBatchReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.ConnectBatchReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.requests && message.requests.length))
                                message.requests = [];
                            message.requests.push($root.goim.logic.ConnectReq.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ConnectBatchReq;
        })();

        logic.ConnectBatchReply = (function() {

            /**
             * Properties of a ConnectBatchReply.
             * @typedef {Object} goim.logic.ConnectBatchReply.$Properties
             * @property {Array.<goim.logic.ConnectReply.$Properties>|null} [replies] ConnectBatchReply replies
             * @property {string|null} [storeEpoch] ConnectBatchReply storeEpoch
             * @property {goim.logic.Kept.$Properties|null} [kept] ConnectBatchReply kept
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ConnectBatchReply.
             * @memberof goim.logic
             * @interface IConnectBatchReply
             * @augments goim.logic.ConnectBatchReply.$Properties
             * @deprecated Use goim.logic.ConnectBatchReply.$Properties instead.
             */

            /**
             * Shape of a ConnectBatchReply.
             * @typedef {goim.logic.ConnectBatchReply.$Properties} goim.logic.ConnectBatchReply.$Shape
             */

            /**
             * Constructs a new ConnectBatchReply.
             * @memberof goim.logic
             * @classdesc Represents a ConnectBatchReply.
             * @constructor
             * @param {goim.logic.ConnectBatchReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ConnectBatchReply = function (properties) {
                this.replies = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ConnectBatchReply replies.
             * @member {Array.<goim.logic.ConnectReply.$Properties>} replies
             * @memberof goim.logic.ConnectBatchReply
             * @instance
             */
            ConnectBatchReply.prototype.replies = $util.emptyArray;

            /**
             * ConnectBatchReply storeEpoch.
             * @member {string} storeEpoch
             * @memberof goim.logic.ConnectBatchReply
             * @instance
             */
            ConnectBatchReply.prototype.storeEpoch = "";

            /**
             * ConnectBatchReply kept.
             * @member {goim.logic.Kept.$Properties|null|undefined} kept
             * @memberof goim.logic.ConnectBatchReply
             * @instance
             */
            ConnectBatchReply.prototype.kept = null;

            /**
             * Creates a new ConnectBatchReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.ConnectBatchReply
             * @static
             * @param {goim.logic.ConnectBatchReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.ConnectBatchReply} ConnectBatchReply instance
             * @type {{
             *   (properties: goim.logic.ConnectBatchReply.$Shape): goim.logic.ConnectBatchReply & goim.logic.ConnectBatchReply.$Shape;
             *   (properties?: goim.logic.ConnectBatchReply.$Properties): goim.logic.ConnectBatchReply;
             * }}
             */
            ConnectBatchReply.create = function(properties) {
                return new ConnectBatchReply(properties);
            };

            /**
             * Encodes the specified ConnectBatchReply message. Does not implicitly {@link goim.logic.ConnectBatchReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.ConnectBatchReply
             * @static
             * @param {goim.logic.ConnectBatchReply.$Properties} message ConnectBatchReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ConnectBatchReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.replies != null && message.replies.length)
                    for (let i = 0; i < message.replies.length; ++i)
                        $root.goim.logic.ConnectReply.encode(message.replies[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.storeEpoch != null && $Object.hasOwnProperty.call(message, "storeEpoch") && message.storeEpoch !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.storeEpoch);
                if (message.kept != null && $Object.hasOwnProperty.call(message, "kept"))
                    $root.goim.logic.Kept.encode(message.kept, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ConnectBatchReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.ConnectBatchReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.ConnectBatchReply & goim.logic.ConnectBatchReply.$Shape} ConnectBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ConnectBatchReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.ConnectBatchReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.replies && message.replies.length))
                                message.replies = [];
                            message.replies.push($root.goim.logic.ConnectReply.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.storeEpoch = value;
                            else
                                delete message.storeEpoch;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.kept = $root.goim.logic.Kept.decode(reader, reader.size(), $undefined, _depth + 1, message.kept);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ConnectBatchReply;
        })();

        logic.DisconnectReq = (function() {

            /**
             * Properties of a DisconnectReq.
             * @typedef {Object} goim.logic.DisconnectReq.$Properties
             * @property {number|Long|null} [mid] DisconnectReq mid
             * @property {string|null} [key] DisconnectReq key
             * @property {string|null} [server] DisconnectReq server
             * @property {string|null} [incarnation] DisconnectReq incarnation
             * @property {number|Long|null} [conn] DisconnectReq conn
             * @property {string|null} [device] DisconnectReq device
             * @property {number|Long|null} [since] DisconnectReq since
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DisconnectReq.
             * @memberof goim.logic
             * @interface IDisconnectReq
             * @augments goim.logic.DisconnectReq.$Properties
             * @deprecated Use goim.logic.DisconnectReq.$Properties instead.
             */

            /**
             * Shape of a DisconnectReq.
             * @typedef {goim.logic.DisconnectReq.$Properties} goim.logic.DisconnectReq.$Shape
             */

            /**
             * Constructs a new DisconnectReq.
             * @memberof goim.logic
             * @classdesc Represents a DisconnectReq.
             * @constructor
             * @param {goim.logic.DisconnectReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DisconnectReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DisconnectReq mid.
             * @member {number|Long} mid
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.mid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * DisconnectReq key.
             * @member {string} key
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.key = "";

            /**
             * DisconnectReq server.
             * @member {string} server
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.server = "";

            /**
             * DisconnectReq incarnation.
             * @member {string} incarnation
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.incarnation = "";

            /**
             * DisconnectReq conn.
             * @member {number|Long} conn
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.conn = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * DisconnectReq device.
             * @member {string} device
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.device = "";

            /**
             * DisconnectReq since.
             * @member {number|Long} since
             * @memberof goim.logic.DisconnectReq
             * @instance
             */
            DisconnectReq.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new DisconnectReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.DisconnectReq
             * @static
             * @param {goim.logic.DisconnectReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.DisconnectReq} DisconnectReq instance
             * @type {{
             *   (properties: goim.logic.DisconnectReq.$Shape): goim.logic.DisconnectReq & goim.logic.DisconnectReq.$Shape;
             *   (properties?: goim.logic.DisconnectReq.$Properties): goim.logic.DisconnectReq;
             * }}
             */
            DisconnectReq.create = function(properties) {
                return new DisconnectReq(properties);
            };

            /**
             * Encodes the specified DisconnectReq message. Does not implicitly {@link goim.logic.DisconnectReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.DisconnectReq
             * @static
             * @param {goim.logic.DisconnectReq.$Properties} message DisconnectReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DisconnectReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && (typeof message.mid === "object" ? message.mid.low || message.mid.high : message.mid !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.mid);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.server);
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.incarnation);
                if (message.conn != null && $Object.hasOwnProperty.call(message, "conn") && (typeof message.conn === "object" ? message.conn.low || message.conn.high : message.conn !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.conn);
                if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.device);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.since);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DisconnectReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.DisconnectReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectReq & goim.logic.DisconnectReq.$Shape} DisconnectReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DisconnectReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.DisconnectReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.conn = value;
                            else
                                delete message.conn;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.device = value;
                            else
                                delete message.device;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.since = value;
                            else
                                delete message.since;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DisconnectReq;
        })();

        logic.DisconnectReply = (function() {

            /**
             * Properties of a DisconnectReply.
             * @typedef {Object} goim.logic.DisconnectReply.$Properties
             * @property {boolean|null} [has] DisconnectReply has
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DisconnectReply.
             * @memberof goim.logic
             * @interface IDisconnectReply
             * @augments goim.logic.DisconnectReply.$Properties
             * @deprecated Use goim.logic.DisconnectReply.$Properties instead.
             */

            /**
             * Shape of a DisconnectReply.
             * @typedef {goim.logic.DisconnectReply.$Properties} goim.logic.DisconnectReply.$Shape
             */

            /**
             * Constructs a new DisconnectReply.
             * @memberof goim.logic
             * @classdesc Represents a DisconnectReply.
             * @constructor
             * @param {goim.logic.DisconnectReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DisconnectReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DisconnectReply has.
             * @member {boolean} has
             * @memberof goim.logic.DisconnectReply
             * @instance
             */
            DisconnectReply.prototype.has = false;

            /**
             * Creates a new DisconnectReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.DisconnectReply
             * @static
             * @param {goim.logic.DisconnectReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.DisconnectReply} DisconnectReply instance
             * @type {{
             *   (properties: goim.logic.DisconnectReply.$Shape): goim.logic.DisconnectReply & goim.logic.DisconnectReply.$Shape;
             *   (properties?: goim.logic.DisconnectReply.$Properties): goim.logic.DisconnectReply;
             * }}
             */
            DisconnectReply.create = function(properties) {
                return new DisconnectReply(properties);
            };

            /**
             * Encodes the specified DisconnectReply message. Does not implicitly {@link goim.logic.DisconnectReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.DisconnectReply
             * @static
             * @param {goim.logic.DisconnectReply.$Properties} message DisconnectReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DisconnectReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.has != null && $Object.hasOwnProperty.call(message, "has") && message.has !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.has);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DisconnectReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.DisconnectReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectReply & goim.logic.DisconnectReply.$Shape} DisconnectReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DisconnectReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.DisconnectReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.has = value;
                            else
                                delete message.has;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DisconnectReply;
        })();

        logic.DisconnectBatchReq = (function() {

            /**
             * Properties of a DisconnectBatchReq.
             * @typedef {Object} goim.logic.DisconnectBatchReq.$Properties
             * @property {Array.<goim.logic.DisconnectReq.$Properties>|null} [requests] DisconnectBatchReq requests
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DisconnectBatchReq.
             * @memberof goim.logic
             * @interface IDisconnectBatchReq
             * @augments goim.logic.DisconnectBatchReq.$Properties
             * @deprecated Use goim.logic.DisconnectBatchReq.$Properties instead.
             */

            /**
             * Shape of a DisconnectBatchReq.
             * @typedef {goim.logic.DisconnectBatchReq.$Properties} goim.logic.DisconnectBatchReq.$Shape
             */

            /**
             * Constructs a new DisconnectBatchReq.
             * @memberof goim.logic
             * @classdesc Represents a DisconnectBatchReq.
             * @constructor
             * @param {goim.logic.DisconnectBatchReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DisconnectBatchReq = function (properties) {
                this.requests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DisconnectBatchReq requests.
             * @member {Array.<goim.logic.DisconnectReq.$Properties>} requests
             * @memberof goim.logic.DisconnectBatchReq
             * @instance
             */
            DisconnectBatchReq.prototype.requests = $util.emptyArray;

            /**
             * Creates a new DisconnectBatchReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.DisconnectBatchReq
             * @static
             * @param {goim.logic.DisconnectBatchReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.DisconnectBatchReq} DisconnectBatchReq instance
             * @type {{
             *   (properties: goim.logic.DisconnectBatchReq.$Shape): goim.logic.DisconnectBatchReq & goim.logic.DisconnectBatchReq.$Shape;
             *   (properties?: goim.logic.DisconnectBatchReq.$Properties): goim.logic.DisconnectBatchReq;
             * }}
             */
            DisconnectBatchReq.create = function(properties) {
                return new DisconnectBatchReq(properties);
            };

            /**
             * Encodes the specified DisconnectBatchReq message. Does not implicitly {@link goim.logic.DisconnectBatchReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.DisconnectBatchReq
             * @static
             * @param {goim.logic.DisconnectBatchReq.$Properties} message DisconnectBatchReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DisconnectBatchReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requests != null && message.requests.length)
                    for (let i = 0; i < message.requests.length; ++i)
                        $root.goim.logic.DisconnectReq.encode(message.requests[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DisconnectBatchReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.DisconnectBatchReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectBatchReq & goim.logic.DisconnectBatchReq.$Shape} DisconnectBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DisconnectBatchReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.DisconnectBatchReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.requests && message.requests.length))
                                message.requests = [];
                            message.requests.push($root.goim.logic.DisconnectReq.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DisconnectBatchReq;
        })();

        logic.DisconnectBatchReply = (function() {

            /**
             * Properties of a DisconnectBatchReply.
             * @typedef {Object} goim.logic.DisconnectBatchReply.$Properties
             * @property {Array.<goim.logic.DisconnectReply.$Properties>|null} [replies] DisconnectBatchReply replies
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DisconnectBatchReply.
             * @memberof goim.logic
             * @interface IDisconnectBatchReply
             * @augments goim.logic.DisconnectBatchReply.$Properties
             * @deprecated Use goim.logic.DisconnectBatchReply.$Properties instead.
             */

            /**
             * Shape of a DisconnectBatchReply.
             * @typedef {goim.logic.DisconnectBatchReply.$Properties} goim.logic.DisconnectBatchReply.$Shape
             */

            /**
             * Constructs a new DisconnectBatchReply.
             * @memberof goim.logic
             * @classdesc Represents a DisconnectBatchReply.
             * @constructor
             * @param {goim.logic.DisconnectBatchReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DisconnectBatchReply = function (properties) {
                this.replies = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DisconnectBatchReply replies.
             * @member {Array.<goim.logic.DisconnectReply.$Properties>} replies
             * @memberof goim.logic.DisconnectBatchReply
             * @instance
             */
            DisconnectBatchReply.prototype.replies = $util.emptyArray;

            /**
             * Creates a new DisconnectBatchReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.DisconnectBatchReply
             * @static
             * @param {goim.logic.DisconnectBatchReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.DisconnectBatchReply} DisconnectBatchReply instance
             * @type {{
             *   (properties: goim.logic.DisconnectBatchReply.$Shape): goim.logic.DisconnectBatchReply & goim.logic.DisconnectBatchReply.$Shape;
             *   (properties?: goim.logic.DisconnectBatchReply.$Properties): goim.logic.DisconnectBatchReply;
             * }}
             */
            DisconnectBatchReply.create = function(properties) {
                return new DisconnectBatchReply(properties);
            };

            /**
             * Encodes the specified DisconnectBatchReply message. Does not implicitly {@link goim.logic.DisconnectBatchReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.DisconnectBatchReply
             * @static
             * @param {goim.logic.DisconnectBatchReply.$Properties} message DisconnectBatchReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DisconnectBatchReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.replies != null && message.replies.length)
                    for (let i = 0; i < message.replies.length; ++i)
                        $root.goim.logic.DisconnectReply.encode(message.replies[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DisconnectBatchReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.DisconnectBatchReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.DisconnectBatchReply & goim.logic.DisconnectBatchReply.$Shape} DisconnectBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DisconnectBatchReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.DisconnectBatchReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.replies && message.replies.length))
                                message.replies = [];
                            message.replies.push($root.goim.logic.DisconnectReply.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DisconnectBatchReply;
        })();

        logic.HeartbeatReq = (function() {

            /**
             * Properties of a HeartbeatReq.
             * @typedef {Object} goim.logic.HeartbeatReq.$Properties
             * @property {number|Long|null} [mid] HeartbeatReq mid
             * @property {string|null} [key] HeartbeatReq key
             * @property {string|null} [server] HeartbeatReq server
             * @property {string|null} [incarnation] HeartbeatReq incarnation
             * @property {number|Long|null} [conn] HeartbeatReq conn
             * @property {string|null} [platform] HeartbeatReq platform
             * @property {string|null} [device] HeartbeatReq device
             * @property {number|Long|null} [since] HeartbeatReq since
             * @property {string|null} [before] HeartbeatReq before
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatReq.
             * @memberof goim.logic
             * @interface IHeartbeatReq
             * @augments goim.logic.HeartbeatReq.$Properties
             * @deprecated Use goim.logic.HeartbeatReq.$Properties instead.
             */

            /**
             * Shape of a HeartbeatReq.
             * @typedef {goim.logic.HeartbeatReq.$Properties} goim.logic.HeartbeatReq.$Shape
             */

            /**
             * Constructs a new HeartbeatReq.
             * @memberof goim.logic
             * @classdesc Represents a HeartbeatReq.
             * @constructor
             * @param {goim.logic.HeartbeatReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatReq mid.
             * @member {number|Long} mid
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.mid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * HeartbeatReq key.
             * @member {string} key
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.key = "";

            /**
             * HeartbeatReq server.
             * @member {string} server
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.server = "";

            /**
             * HeartbeatReq incarnation.
             * @member {string} incarnation
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.incarnation = "";

            /**
             * HeartbeatReq conn.
             * @member {number|Long} conn
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.conn = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * HeartbeatReq platform.
             * @member {string} platform
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.platform = "";

            /**
             * HeartbeatReq device.
             * @member {string} device
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.device = "";

            /**
             * HeartbeatReq since.
             * @member {number|Long} since
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * HeartbeatReq before.
             * @member {string} before
             * @memberof goim.logic.HeartbeatReq
             * @instance
             */
            HeartbeatReq.prototype.before = "";

            /**
             * Creates a new HeartbeatReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.HeartbeatReq
             * @static
             * @param {goim.logic.HeartbeatReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.HeartbeatReq} HeartbeatReq instance
             * @type {{
             *   (properties: goim.logic.HeartbeatReq.$Shape): goim.logic.HeartbeatReq & goim.logic.HeartbeatReq.$Shape;
             *   (properties?: goim.logic.HeartbeatReq.$Properties): goim.logic.HeartbeatReq;
             * }}
             */
            HeartbeatReq.create = function(properties) {
                return new HeartbeatReq(properties);
            };

            /**
             * Encodes the specified HeartbeatReq message. Does not implicitly {@link goim.logic.HeartbeatReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.HeartbeatReq
             * @static
             * @param {goim.logic.HeartbeatReq.$Properties} message HeartbeatReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && (typeof message.mid === "object" ? message.mid.low || message.mid.high : message.mid !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.mid);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.server);
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.incarnation);
                if (message.conn != null && $Object.hasOwnProperty.call(message, "conn") && (typeof message.conn === "object" ? message.conn.low || message.conn.high : message.conn !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.conn);
                if (message.platform != null && $Object.hasOwnProperty.call(message, "platform") && message.platform !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.platform);
                if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.device);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.since);
                if (message.before != null && $Object.hasOwnProperty.call(message, "before") && message.before !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.before);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.HeartbeatReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatReq & goim.logic.HeartbeatReq.$Shape} HeartbeatReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.HeartbeatReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.conn = value;
                            else
                                delete message.conn;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.platform = value;
                            else
                                delete message.platform;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.device = value;
                            else
                                delete message.device;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.since = value;
                            else
                                delete message.since;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.before = value;
                            else
                                delete message.before;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HeartbeatReq;
        })();

        logic.HeartbeatReply = (function() {

            /**
             * Properties of a HeartbeatReply.
             * @typedef {Object} goim.logic.HeartbeatReply.$Properties
             * @property {boolean|null} [taken] HeartbeatReply taken
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatReply.
             * @memberof goim.logic
             * @interface IHeartbeatReply
             * @augments goim.logic.HeartbeatReply.$Properties
             * @deprecated Use goim.logic.HeartbeatReply.$Properties instead.
             */

            /**
             * Shape of a HeartbeatReply.
             * @typedef {goim.logic.HeartbeatReply.$Properties} goim.logic.HeartbeatReply.$Shape
             */

            /**
             * Constructs a new HeartbeatReply.
             * @memberof goim.logic
             * @classdesc Represents a HeartbeatReply.
             * @constructor
             * @param {goim.logic.HeartbeatReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatReply taken.
             * @member {boolean} taken
             * @memberof goim.logic.HeartbeatReply
             * @instance
             */
            HeartbeatReply.prototype.taken = false;

            /**
             * Creates a new HeartbeatReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.HeartbeatReply
             * @static
             * @param {goim.logic.HeartbeatReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.HeartbeatReply} HeartbeatReply instance
             * @type {{
             *   (properties: goim.logic.HeartbeatReply.$Shape): goim.logic.HeartbeatReply & goim.logic.HeartbeatReply.$Shape;
             *   (properties?: goim.logic.HeartbeatReply.$Properties): goim.logic.HeartbeatReply;
             * }}
             */
            HeartbeatReply.create = function(properties) {
                return new HeartbeatReply(properties);
            };

            /**
             * Encodes the specified HeartbeatReply message. Does not implicitly {@link goim.logic.HeartbeatReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.HeartbeatReply
             * @static
             * @param {goim.logic.HeartbeatReply.$Properties} message HeartbeatReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.taken != null && $Object.hasOwnProperty.call(message, "taken") && message.taken !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.taken);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.HeartbeatReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatReply & goim.logic.HeartbeatReply.$Shape} HeartbeatReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.HeartbeatReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.taken = value;
                            else
                                delete message.taken;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HeartbeatReply;
        })();

        logic.HeartbeatBatchReq = (function() {

            /**
             * Properties of a HeartbeatBatchReq.
             * @typedef {Object} goim.logic.HeartbeatBatchReq.$Properties
             * @property {Array.<goim.logic.HeartbeatReq.$Properties>|null} [requests] HeartbeatBatchReq requests
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatBatchReq.
             * @memberof goim.logic
             * @interface IHeartbeatBatchReq
             * @augments goim.logic.HeartbeatBatchReq.$Properties
             * @deprecated Use goim.logic.HeartbeatBatchReq.$Properties instead.
             */

            /**
             * Shape of a HeartbeatBatchReq.
             * @typedef {goim.logic.HeartbeatBatchReq.$Properties} goim.logic.HeartbeatBatchReq.$Shape
             */

            /**
             * Constructs a new HeartbeatBatchReq.
             * @memberof goim.logic
             * @classdesc Represents a HeartbeatBatchReq.
             * @constructor
             * @param {goim.logic.HeartbeatBatchReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatBatchReq = function (properties) {
                this.requests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatBatchReq requests.
             * @member {Array.<goim.logic.HeartbeatReq.$Properties>} requests
             * @memberof goim.logic.HeartbeatBatchReq
             * @instance
             */
            HeartbeatBatchReq.prototype.requests = $util.emptyArray;

            /**
             * Creates a new HeartbeatBatchReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.HeartbeatBatchReq
             * @static
             * @param {goim.logic.HeartbeatBatchReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.HeartbeatBatchReq} HeartbeatBatchReq instance
             * @type {{
             *   (properties: goim.logic.HeartbeatBatchReq.$Shape): goim.logic.HeartbeatBatchReq & goim.logic.HeartbeatBatchReq.$Shape;
             *   (properties?: goim.logic.HeartbeatBatchReq.$Properties): goim.logic.HeartbeatBatchReq;
             * }}
             */
            HeartbeatBatchReq.create = function(properties) {
                return new HeartbeatBatchReq(properties);
            };

            /**
             * Encodes the specified HeartbeatBatchReq message. Does not implicitly {@link goim.logic.HeartbeatBatchReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.HeartbeatBatchReq
             * @static
             * @param {goim.logic.HeartbeatBatchReq.$Properties} message HeartbeatBatchReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatBatchReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.requests != null && message.requests.length)
                    for (let i = 0; i < message.requests.length; ++i)
                        $root.goim.logic.HeartbeatReq.encode(message.requests[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatBatchReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.HeartbeatBatchReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatBatchReq & goim.logic.HeartbeatBatchReq.$Shape} HeartbeatBatchReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatBatchReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.HeartbeatBatchReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.requests && message.requests.length))
                                message.requests = [];
                            message.requests.push($root.goim.logic.HeartbeatReq.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HeartbeatBatchReq;
        })();

        logic.HeartbeatBatchReply = (function() {

            /**
             * Properties of a HeartbeatBatchReply.
             * @typedef {Object} goim.logic.HeartbeatBatchReply.$Properties
             * @property {Array.<goim.logic.HeartbeatReply.$Properties>|null} [replies] HeartbeatBatchReply replies
             * @property {string|null} [storeEpoch] HeartbeatBatchReply storeEpoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatBatchReply.
             * @memberof goim.logic
             * @interface IHeartbeatBatchReply
             * @augments goim.logic.HeartbeatBatchReply.$Properties
             * @deprecated Use goim.logic.HeartbeatBatchReply.$Properties instead.
             */

            /**
             * Shape of a HeartbeatBatchReply.
             * @typedef {goim.logic.HeartbeatBatchReply.$Properties} goim.logic.HeartbeatBatchReply.$Shape
             */

            /**
             * Constructs a new HeartbeatBatchReply.
             * @memberof goim.logic
             * @classdesc Represents a HeartbeatBatchReply.
             * @constructor
             * @param {goim.logic.HeartbeatBatchReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatBatchReply = function (properties) {
                this.replies = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatBatchReply replies.
             * @member {Array.<goim.logic.HeartbeatReply.$Properties>} replies
             * @memberof goim.logic.HeartbeatBatchReply
             * @instance
             */
            HeartbeatBatchReply.prototype.replies = $util.emptyArray;

            /**
             * HeartbeatBatchReply storeEpoch.
             * @member {string} storeEpoch
             * @memberof goim.logic.HeartbeatBatchReply
             * @instance
             */
            HeartbeatBatchReply.prototype.storeEpoch = "";

            /**
             * Creates a new HeartbeatBatchReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.HeartbeatBatchReply
             * @static
             * @param {goim.logic.HeartbeatBatchReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.HeartbeatBatchReply} HeartbeatBatchReply instance
             * @type {{
             *   (properties: goim.logic.HeartbeatBatchReply.$Shape): goim.logic.HeartbeatBatchReply & goim.logic.HeartbeatBatchReply.$Shape;
             *   (properties?: goim.logic.HeartbeatBatchReply.$Properties): goim.logic.HeartbeatBatchReply;
             * }}
             */
            HeartbeatBatchReply.create = function(properties) {
                return new HeartbeatBatchReply(properties);
            };

            /**
             * Encodes the specified HeartbeatBatchReply message. Does not implicitly {@link goim.logic.HeartbeatBatchReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.HeartbeatBatchReply
             * @static
             * @param {goim.logic.HeartbeatBatchReply.$Properties} message HeartbeatBatchReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatBatchReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.replies != null && message.replies.length)
                    for (let i = 0; i < message.replies.length; ++i)
                        $root.goim.logic.HeartbeatReply.encode(message.replies[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.storeEpoch != null && $Object.hasOwnProperty.call(message, "storeEpoch") && message.storeEpoch !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.storeEpoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatBatchReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.HeartbeatBatchReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.HeartbeatBatchReply & goim.logic.HeartbeatBatchReply.$Shape} HeartbeatBatchReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatBatchReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.HeartbeatBatchReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.replies && message.replies.length))
                                message.replies = [];
                            message.replies.push($root.goim.logic.HeartbeatReply.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.storeEpoch = value;
                            else
                                delete message.storeEpoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HeartbeatBatchReply;
        })();

        logic.OnlineReq = (function() {

            /**
             * Properties of an OnlineReq.
             * @typedef {Object} goim.logic.OnlineReq.$Properties
             * @property {string|null} [server] OnlineReq server
             * @property {Object.<string,number>|null} [roomCount] OnlineReq roomCount
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an OnlineReq.
             * @memberof goim.logic
             * @interface IOnlineReq
             * @augments goim.logic.OnlineReq.$Properties
             * @deprecated Use goim.logic.OnlineReq.$Properties instead.
             */

            /**
             * Shape of an OnlineReq.
             * @typedef {goim.logic.OnlineReq.$Properties} goim.logic.OnlineReq.$Shape
             */

            /**
             * Constructs a new OnlineReq.
             * @memberof goim.logic
             * @classdesc Represents an OnlineReq.
             * @constructor
             * @param {goim.logic.OnlineReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const OnlineReq = function (properties) {
                this.roomCount = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * OnlineReq server.
             * @member {string} server
             * @memberof goim.logic.OnlineReq
             * @instance
             */
            OnlineReq.prototype.server = "";

            /**
             * OnlineReq roomCount.
             * @member {Object.<string,number>} roomCount
             * @memberof goim.logic.OnlineReq
             * @instance
             */
            OnlineReq.prototype.roomCount = $util.emptyObject;

            /**
             * Creates a new OnlineReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.OnlineReq
             * @static
             * @param {goim.logic.OnlineReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.OnlineReq} OnlineReq instance
             * @type {{
             *   (properties: goim.logic.OnlineReq.$Shape): goim.logic.OnlineReq & goim.logic.OnlineReq.$Shape;
             *   (properties?: goim.logic.OnlineReq.$Properties): goim.logic.OnlineReq;
             * }}
             */
            OnlineReq.create = function(properties) {
                return new OnlineReq(properties);
            };

            /**
             * Encodes the specified OnlineReq message. Does not implicitly {@link goim.logic.OnlineReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.OnlineReq
             * @static
             * @param {goim.logic.OnlineReq.$Properties} message OnlineReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            OnlineReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.server);
                if (message.roomCount != null && $Object.hasOwnProperty.call(message, "roomCount"))
                    for (let keys = $Object.keys(message.roomCount), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 0 =*/16).int32(message.roomCount[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an OnlineReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.OnlineReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.OnlineReq & goim.logic.OnlineReq.$Shape} OnlineReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            OnlineReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.OnlineReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (message.roomCount === $util.emptyObject)
                                message.roomCount = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = 0;
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 0)
                                        break;
                                    value = reader.int32();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.roomCount, key);
                            message.roomCount[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return OnlineReq;
        })();

        logic.OnlineReply = (function() {

            /**
             * Properties of an OnlineReply.
             * @typedef {Object} goim.logic.OnlineReply.$Properties
             * @property {Object.<string,number>|null} [allRoomCount] OnlineReply allRoomCount
             * @property {number|null} [connections] OnlineReply connections
             * @property {string|null} [storeEpoch] OnlineReply storeEpoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an OnlineReply.
             * @memberof goim.logic
             * @interface IOnlineReply
             * @augments goim.logic.OnlineReply.$Properties
             * @deprecated Use goim.logic.OnlineReply.$Properties instead.
             */

            /**
             * Shape of an OnlineReply.
             * @typedef {goim.logic.OnlineReply.$Properties} goim.logic.OnlineReply.$Shape
             */

            /**
             * Constructs a new OnlineReply.
             * @memberof goim.logic
             * @classdesc Represents an OnlineReply.
             * @constructor
             * @param {goim.logic.OnlineReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const OnlineReply = function (properties) {
                this.allRoomCount = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * OnlineReply allRoomCount.
             * @member {Object.<string,number>} allRoomCount
             * @memberof goim.logic.OnlineReply
             * @instance
             */
            OnlineReply.prototype.allRoomCount = $util.emptyObject;

            /**
             * OnlineReply connections.
             * @member {number} connections
             * @memberof goim.logic.OnlineReply
             * @instance
             */
            OnlineReply.prototype.connections = 0;

            /**
             * OnlineReply storeEpoch.
             * @member {string} storeEpoch
             * @memberof goim.logic.OnlineReply
             * @instance
             */
            OnlineReply.prototype.storeEpoch = "";

            /**
             * Creates a new OnlineReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.OnlineReply
             * @static
             * @param {goim.logic.OnlineReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.OnlineReply} OnlineReply instance
             * @type {{
             *   (properties: goim.logic.OnlineReply.$Shape): goim.logic.OnlineReply & goim.logic.OnlineReply.$Shape;
             *   (properties?: goim.logic.OnlineReply.$Properties): goim.logic.OnlineReply;
             * }}
             */
            OnlineReply.create = function(properties) {
                return new OnlineReply(properties);
            };

            /**
             * Encodes the specified OnlineReply message. Does not implicitly {@link goim.logic.OnlineReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.OnlineReply
             * @static
             * @param {goim.logic.OnlineReply.$Properties} message OnlineReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            OnlineReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.allRoomCount != null && $Object.hasOwnProperty.call(message, "allRoomCount"))
                    for (let keys = $Object.keys(message.allRoomCount), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 0 =*/16).int32(message.allRoomCount[keys[i]]).ldelim();
                if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && message.connections !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.connections);
                if (message.storeEpoch != null && $Object.hasOwnProperty.call(message, "storeEpoch") && message.storeEpoch !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.storeEpoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an OnlineReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.OnlineReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.OnlineReply & goim.logic.OnlineReply.$Shape} OnlineReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            OnlineReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.OnlineReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (message.allRoomCount === $util.emptyObject)
                                message.allRoomCount = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = 0;
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 0)
                                        break;
                                    value = reader.int32();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.allRoomCount, key);
                            message.allRoomCount[key] = value;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.connections = value;
                            else
                                delete message.connections;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.storeEpoch = value;
                            else
                                delete message.storeEpoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return OnlineReply;
        })();

        logic.ReceiveReq = (function() {

            /**
             * Properties of a ReceiveReq.
             * @typedef {Object} goim.logic.ReceiveReq.$Properties
             * @property {number|Long|null} [mid] ReceiveReq mid
             * @property {goim.protocol.Proto.$Properties|null} [proto] ReceiveReq proto
             * @property {string|null} [key] ReceiveReq key
             * @property {string|null} [server] ReceiveReq server
             * @property {string|null} [room] ReceiveReq room
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReceiveReq.
             * @memberof goim.logic
             * @interface IReceiveReq
             * @augments goim.logic.ReceiveReq.$Properties
             * @deprecated Use goim.logic.ReceiveReq.$Properties instead.
             */

            /**
             * Shape of a ReceiveReq.
             * @typedef {goim.logic.ReceiveReq.$Properties} goim.logic.ReceiveReq.$Shape
             */

            /**
             * Constructs a new ReceiveReq.
             * @memberof goim.logic
             * @classdesc Represents a ReceiveReq.
             * @constructor
             * @param {goim.logic.ReceiveReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReceiveReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReceiveReq mid.
             * @member {number|Long} mid
             * @memberof goim.logic.ReceiveReq
             * @instance
             */
            ReceiveReq.prototype.mid = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * ReceiveReq proto.
             * @member {goim.protocol.Proto.$Properties|null|undefined} proto
             * @memberof goim.logic.ReceiveReq
             * @instance
             */
            ReceiveReq.prototype.proto = null;

            /**
             * ReceiveReq key.
             * @member {string} key
             * @memberof goim.logic.ReceiveReq
             * @instance
             */
            ReceiveReq.prototype.key = "";

            /**
             * ReceiveReq server.
             * @member {string} server
             * @memberof goim.logic.ReceiveReq
             * @instance
             */
            ReceiveReq.prototype.server = "";

            /**
             * ReceiveReq room.
             * @member {string} room
             * @memberof goim.logic.ReceiveReq
             * @instance
             */
            ReceiveReq.prototype.room = "";

            /**
             * Creates a new ReceiveReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.ReceiveReq
             * @static
             * @param {goim.logic.ReceiveReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.ReceiveReq} ReceiveReq instance
             * @type {{
             *   (properties: goim.logic.ReceiveReq.$Shape): goim.logic.ReceiveReq & goim.logic.ReceiveReq.$Shape;
             *   (properties?: goim.logic.ReceiveReq.$Properties): goim.logic.ReceiveReq;
             * }}
             */
            ReceiveReq.create = function(properties) {
                return new ReceiveReq(properties);
            };

            /**
             * Encodes the specified ReceiveReq message. Does not implicitly {@link goim.logic.ReceiveReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.ReceiveReq
             * @static
             * @param {goim.logic.ReceiveReq.$Properties} message ReceiveReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReceiveReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && (typeof message.mid === "object" ? message.mid.low || message.mid.high : message.mid !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.mid);
                if (message.proto != null && $Object.hasOwnProperty.call(message, "proto"))
                    $root.goim.protocol.Proto.encode(message.proto, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.key);
                if (message.server != null && $Object.hasOwnProperty.call(message, "server") && message.server !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.server);
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.room);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReceiveReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.ReceiveReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.ReceiveReq & goim.logic.ReceiveReq.$Shape} ReceiveReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReceiveReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.ReceiveReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.proto = $root.goim.protocol.Proto.decode(reader, reader.size(), $undefined, _depth + 1, message.proto);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.server = value;
                            else
                                delete message.server;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReceiveReq;
        })();

        logic.ReceiveReply = (function() {

            /**
             * Properties of a ReceiveReply.
             * @typedef {Object} goim.logic.ReceiveReply.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReceiveReply.
             * @memberof goim.logic
             * @interface IReceiveReply
             * @augments goim.logic.ReceiveReply.$Properties
             * @deprecated Use goim.logic.ReceiveReply.$Properties instead.
             */

            /**
             * Shape of a ReceiveReply.
             * @typedef {goim.logic.ReceiveReply.$Properties} goim.logic.ReceiveReply.$Shape
             */

            /**
             * Constructs a new ReceiveReply.
             * @memberof goim.logic
             * @classdesc Represents a ReceiveReply.
             * @constructor
             * @param {goim.logic.ReceiveReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReceiveReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new ReceiveReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.ReceiveReply
             * @static
             * @param {goim.logic.ReceiveReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.ReceiveReply} ReceiveReply instance
             * @type {{
             *   (properties: goim.logic.ReceiveReply.$Shape): goim.logic.ReceiveReply & goim.logic.ReceiveReply.$Shape;
             *   (properties?: goim.logic.ReceiveReply.$Properties): goim.logic.ReceiveReply;
             * }}
             */
            ReceiveReply.create = function(properties) {
                return new ReceiveReply(properties);
            };

            /**
             * Encodes the specified ReceiveReply message. Does not implicitly {@link goim.logic.ReceiveReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.ReceiveReply
             * @static
             * @param {goim.logic.ReceiveReply.$Properties} message ReceiveReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReceiveReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReceiveReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.ReceiveReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.ReceiveReply & goim.logic.ReceiveReply.$Shape} ReceiveReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReceiveReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.ReceiveReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReceiveReply;
        })();

        logic.NodesReq = (function() {

            /**
             * Properties of a NodesReq.
             * @typedef {Object} goim.logic.NodesReq.$Properties
             * @property {string|null} [platform] NodesReq platform
             * @property {string|null} [clientIP] NodesReq clientIP
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NodesReq.
             * @memberof goim.logic
             * @interface INodesReq
             * @augments goim.logic.NodesReq.$Properties
             * @deprecated Use goim.logic.NodesReq.$Properties instead.
             */

            /**
             * Shape of a NodesReq.
             * @typedef {goim.logic.NodesReq.$Properties} goim.logic.NodesReq.$Shape
             */

            /**
             * Constructs a new NodesReq.
             * @memberof goim.logic
             * @classdesc Represents a NodesReq.
             * @constructor
             * @param {goim.logic.NodesReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NodesReq = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NodesReq platform.
             * @member {string} platform
             * @memberof goim.logic.NodesReq
             * @instance
             */
            NodesReq.prototype.platform = "";

            /**
             * NodesReq clientIP.
             * @member {string} clientIP
             * @memberof goim.logic.NodesReq
             * @instance
             */
            NodesReq.prototype.clientIP = "";

            /**
             * Creates a new NodesReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.NodesReq
             * @static
             * @param {goim.logic.NodesReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.NodesReq} NodesReq instance
             * @type {{
             *   (properties: goim.logic.NodesReq.$Shape): goim.logic.NodesReq & goim.logic.NodesReq.$Shape;
             *   (properties?: goim.logic.NodesReq.$Properties): goim.logic.NodesReq;
             * }}
             */
            NodesReq.create = function(properties) {
                return new NodesReq(properties);
            };

            /**
             * Encodes the specified NodesReq message. Does not implicitly {@link goim.logic.NodesReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.NodesReq
             * @static
             * @param {goim.logic.NodesReq.$Properties} message NodesReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NodesReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.platform != null && $Object.hasOwnProperty.call(message, "platform") && message.platform !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.platform);
                if (message.clientIP != null && $Object.hasOwnProperty.call(message, "clientIP") && message.clientIP !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.clientIP);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NodesReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.NodesReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.NodesReq & goim.logic.NodesReq.$Shape} NodesReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NodesReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.NodesReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.platform = value;
                            else
                                delete message.platform;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clientIP = value;
                            else
                                delete message.clientIP;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NodesReq;
        })();

        logic.NodesReply = (function() {

            /**
             * Properties of a NodesReply.
             * @typedef {Object} goim.logic.NodesReply.$Properties
             * @property {string|null} [domain] NodesReply domain
             * @property {number|null} [tcpPort] NodesReply tcpPort
             * @property {number|null} [wsPort] NodesReply wsPort
             * @property {number|null} [wssPort] NodesReply wssPort
             * @property {number|null} [heartbeat] NodesReply heartbeat
             * @property {Array.<string>|null} [nodes] NodesReply nodes
             * @property {goim.logic.Backoff.$Properties|null} [backoff] NodesReply backoff
             * @property {number|null} [heartbeatMax] NodesReply heartbeatMax
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NodesReply.
             * @memberof goim.logic
             * @interface INodesReply
             * @augments goim.logic.NodesReply.$Properties
             * @deprecated Use goim.logic.NodesReply.$Properties instead.
             */

            /**
             * Shape of a NodesReply.
             * @typedef {goim.logic.NodesReply.$Properties} goim.logic.NodesReply.$Shape
             */

            /**
             * Constructs a new NodesReply.
             * @memberof goim.logic
             * @classdesc Represents a NodesReply.
             * @constructor
             * @param {goim.logic.NodesReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NodesReply = function (properties) {
                this.nodes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NodesReply domain.
             * @member {string} domain
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.domain = "";

            /**
             * NodesReply tcpPort.
             * @member {number} tcpPort
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.tcpPort = 0;

            /**
             * NodesReply wsPort.
             * @member {number} wsPort
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.wsPort = 0;

            /**
             * NodesReply wssPort.
             * @member {number} wssPort
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.wssPort = 0;

            /**
             * NodesReply heartbeat.
             * @member {number} heartbeat
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.heartbeat = 0;

            /**
             * NodesReply nodes.
             * @member {Array.<string>} nodes
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.nodes = $util.emptyArray;

            /**
             * NodesReply backoff.
             * @member {goim.logic.Backoff.$Properties|null|undefined} backoff
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.backoff = null;

            /**
             * NodesReply heartbeatMax.
             * @member {number} heartbeatMax
             * @memberof goim.logic.NodesReply
             * @instance
             */
            NodesReply.prototype.heartbeatMax = 0;

            /**
             * Creates a new NodesReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.NodesReply
             * @static
             * @param {goim.logic.NodesReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.NodesReply} NodesReply instance
             * @type {{
             *   (properties: goim.logic.NodesReply.$Shape): goim.logic.NodesReply & goim.logic.NodesReply.$Shape;
             *   (properties?: goim.logic.NodesReply.$Properties): goim.logic.NodesReply;
             * }}
             */
            NodesReply.create = function(properties) {
                return new NodesReply(properties);
            };

            /**
             * Encodes the specified NodesReply message. Does not implicitly {@link goim.logic.NodesReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.NodesReply
             * @static
             * @param {goim.logic.NodesReply.$Properties} message NodesReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NodesReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.domain != null && $Object.hasOwnProperty.call(message, "domain") && message.domain !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.domain);
                if (message.tcpPort != null && $Object.hasOwnProperty.call(message, "tcpPort") && message.tcpPort !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.tcpPort);
                if (message.wsPort != null && $Object.hasOwnProperty.call(message, "wsPort") && message.wsPort !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).int32(message.wsPort);
                if (message.wssPort != null && $Object.hasOwnProperty.call(message, "wssPort") && message.wssPort !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).int32(message.wssPort);
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat") && message.heartbeat !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).int32(message.heartbeat);
                if (message.nodes != null && message.nodes.length)
                    for (let i = 0; i < message.nodes.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.nodes[i]);
                if (message.backoff != null && $Object.hasOwnProperty.call(message, "backoff"))
                    $root.goim.logic.Backoff.encode(message.backoff, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.heartbeatMax != null && $Object.hasOwnProperty.call(message, "heartbeatMax") && message.heartbeatMax !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).int32(message.heartbeatMax);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NodesReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.NodesReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.NodesReply & goim.logic.NodesReply.$Shape} NodesReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NodesReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.NodesReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.domain = value;
                            else
                                delete message.domain;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.tcpPort = value;
                            else
                                delete message.tcpPort;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.wsPort = value;
                            else
                                delete message.wsPort;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.wssPort = value;
                            else
                                delete message.wssPort;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.heartbeat = value;
                            else
                                delete message.heartbeat;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.nodes && message.nodes.length))
                                message.nodes = [];
                            message.nodes.push(reader.stringVerify());
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.backoff = $root.goim.logic.Backoff.decode(reader, reader.size(), $undefined, _depth + 1, message.backoff);
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.heartbeatMax = value;
                            else
                                delete message.heartbeatMax;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NodesReply;
        })();

        logic.Backoff = (function() {

            /**
             * Properties of a Backoff.
             * @typedef {Object} goim.logic.Backoff.$Properties
             * @property {number|null} [maxDelay] Backoff maxDelay
             * @property {number|null} [baseDelay] Backoff baseDelay
             * @property {number|null} [factor] Backoff factor
             * @property {number|null} [jitter] Backoff jitter
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Backoff.
             * @memberof goim.logic
             * @interface IBackoff
             * @augments goim.logic.Backoff.$Properties
             * @deprecated Use goim.logic.Backoff.$Properties instead.
             */

            /**
             * Shape of a Backoff.
             * @typedef {goim.logic.Backoff.$Properties} goim.logic.Backoff.$Shape
             */

            /**
             * Constructs a new Backoff.
             * @memberof goim.logic
             * @classdesc Represents a Backoff.
             * @constructor
             * @param {goim.logic.Backoff.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Backoff = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Backoff maxDelay.
             * @member {number} maxDelay
             * @memberof goim.logic.Backoff
             * @instance
             */
            Backoff.prototype.maxDelay = 0;

            /**
             * Backoff baseDelay.
             * @member {number} baseDelay
             * @memberof goim.logic.Backoff
             * @instance
             */
            Backoff.prototype.baseDelay = 0;

            /**
             * Backoff factor.
             * @member {number} factor
             * @memberof goim.logic.Backoff
             * @instance
             */
            Backoff.prototype.factor = 0;

            /**
             * Backoff jitter.
             * @member {number} jitter
             * @memberof goim.logic.Backoff
             * @instance
             */
            Backoff.prototype.jitter = 0;

            /**
             * Creates a new Backoff instance using the specified properties.
             * @function create
             * @memberof goim.logic.Backoff
             * @static
             * @param {goim.logic.Backoff.$Properties=} [properties] Properties to set
             * @returns {goim.logic.Backoff} Backoff instance
             * @type {{
             *   (properties: goim.logic.Backoff.$Shape): goim.logic.Backoff & goim.logic.Backoff.$Shape;
             *   (properties?: goim.logic.Backoff.$Properties): goim.logic.Backoff;
             * }}
             */
            Backoff.create = function(properties) {
                return new Backoff(properties);
            };

            /**
             * Encodes the specified Backoff message. Does not implicitly {@link goim.logic.Backoff.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.Backoff
             * @static
             * @param {goim.logic.Backoff.$Properties} message Backoff message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Backoff.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.maxDelay != null && $Object.hasOwnProperty.call(message, "maxDelay") && message.maxDelay !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.maxDelay);
                if (message.baseDelay != null && $Object.hasOwnProperty.call(message, "baseDelay") && message.baseDelay !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.baseDelay);
                if (message.factor != null && $Object.hasOwnProperty.call(message, "factor") && !$Object.is(message.factor, 0))
                    writer.uint32(/* id 3, wireType 5 =*/29).float(message.factor);
                if (message.jitter != null && $Object.hasOwnProperty.call(message, "jitter") && !$Object.is(message.jitter, 0))
                    writer.uint32(/* id 4, wireType 5 =*/37).float(message.jitter);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Backoff message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.Backoff
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.Backoff & goim.logic.Backoff.$Shape} Backoff
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Backoff.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.Backoff();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.maxDelay = value;
                            else
                                delete message.maxDelay;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.baseDelay = value;
                            else
                                delete message.baseDelay;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.factor = value;
                            else
                                delete message.factor;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 5)
                                break;
                            if (!$Object.is(value = reader.float(), 0))
                                message.jitter = value;
                            else
                                delete message.jitter;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Backoff;
        })();

        logic.Move = (function() {

            /**
             * Properties of a Move.
             * @typedef {Object} goim.logic.Move.$Properties
             * @property {boolean|null} [joined] Move joined
             * @property {string|null} [room] Move room
             * @property {string|null} [mid] Move mid
             * @property {string|null} [key] Move key
             * @property {string|null} [device] Move device
             * @property {string|null} [platform] Move platform
             * @property {string|null} [session] Move session
             * @property {number|Long|null} [number] Move number
             * @property {number|Long|null} [time] Move time
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Move.
             * @memberof goim.logic
             * @interface IMove
             * @augments goim.logic.Move.$Properties
             * @deprecated Use goim.logic.Move.$Properties instead.
             */

            /**
             * Shape of a Move.
             * @typedef {goim.logic.Move.$Properties} goim.logic.Move.$Shape
             */

            /**
             * Constructs a new Move.
             * @memberof goim.logic
             * @classdesc Represents a Move.
             * @constructor
             * @param {goim.logic.Move.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Move = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Move joined.
             * @member {boolean} joined
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.joined = false;

            /**
             * Move room.
             * @member {string} room
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.room = "";

            /**
             * Move mid.
             * @member {string} mid
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.mid = "";

            /**
             * Move key.
             * @member {string} key
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.key = "";

            /**
             * Move device.
             * @member {string} device
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.device = "";

            /**
             * Move platform.
             * @member {string} platform
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.platform = "";

            /**
             * Move session.
             * @member {string} session
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.session = "";

            /**
             * Move number.
             * @member {number|Long} number
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.number = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Move time.
             * @member {number|Long} time
             * @memberof goim.logic.Move
             * @instance
             */
            Move.prototype.time = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Creates a new Move instance using the specified properties.
             * @function create
             * @memberof goim.logic.Move
             * @static
             * @param {goim.logic.Move.$Properties=} [properties] Properties to set
             * @returns {goim.logic.Move} Move instance
             * @type {{
             *   (properties: goim.logic.Move.$Shape): goim.logic.Move & goim.logic.Move.$Shape;
             *   (properties?: goim.logic.Move.$Properties): goim.logic.Move;
             * }}
             */
            Move.create = function(properties) {
                return new Move(properties);
            };

            /**
             * Encodes the specified Move message. Does not implicitly {@link goim.logic.Move.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.Move
             * @static
             * @param {goim.logic.Move.$Properties} message Move message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Move.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.joined != null && $Object.hasOwnProperty.call(message, "joined") && message.joined !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.joined);
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.room);
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.mid);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.key);
                if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.device);
                if (message.platform != null && $Object.hasOwnProperty.call(message, "platform") && message.platform !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.platform);
                if (message.session != null && $Object.hasOwnProperty.call(message, "session") && message.session !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.session);
                if (message.number != null && $Object.hasOwnProperty.call(message, "number") && (typeof message.number === "object" ? message.number.low || message.number.high : message.number !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.number);
                if (message.time != null && $Object.hasOwnProperty.call(message, "time") && (typeof message.time === "object" ? message.time.low || message.time.high : message.time !== 0))
                    writer.uint32(/* id 9, wireType 0 =*/72).int64(message.time);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Move message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.Move
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.Move & goim.logic.Move.$Shape} Move
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Move.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.Move();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.joined = value;
                            else
                                delete message.joined;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.device = value;
                            else
                                delete message.device;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.platform = value;
                            else
                                delete message.platform;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.session = value;
                            else
                                delete message.session;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.number = value;
                            else
                                delete message.number;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.time = value;
                            else
                                delete message.time;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Move;
        })();

        logic.MovesReq = (function() {

            /**
             * Properties of a MovesReq.
             * @typedef {Object} goim.logic.MovesReq.$Properties
             * @property {Array.<goim.logic.Move.$Properties>|null} [moves] MovesReq moves
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MovesReq.
             * @memberof goim.logic
             * @interface IMovesReq
             * @augments goim.logic.MovesReq.$Properties
             * @deprecated Use goim.logic.MovesReq.$Properties instead.
             */

            /**
             * Shape of a MovesReq.
             * @typedef {goim.logic.MovesReq.$Properties} goim.logic.MovesReq.$Shape
             */

            /**
             * Constructs a new MovesReq.
             * @memberof goim.logic
             * @classdesc Represents a MovesReq.
             * @constructor
             * @param {goim.logic.MovesReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MovesReq = function (properties) {
                this.moves = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MovesReq moves.
             * @member {Array.<goim.logic.Move.$Properties>} moves
             * @memberof goim.logic.MovesReq
             * @instance
             */
            MovesReq.prototype.moves = $util.emptyArray;

            /**
             * Creates a new MovesReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.MovesReq
             * @static
             * @param {goim.logic.MovesReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.MovesReq} MovesReq instance
             * @type {{
             *   (properties: goim.logic.MovesReq.$Shape): goim.logic.MovesReq & goim.logic.MovesReq.$Shape;
             *   (properties?: goim.logic.MovesReq.$Properties): goim.logic.MovesReq;
             * }}
             */
            MovesReq.create = function(properties) {
                return new MovesReq(properties);
            };

            /**
             * Encodes the specified MovesReq message. Does not implicitly {@link goim.logic.MovesReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.MovesReq
             * @static
             * @param {goim.logic.MovesReq.$Properties} message MovesReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MovesReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.moves != null && message.moves.length)
                    for (let i = 0; i < message.moves.length; ++i)
                        $root.goim.logic.Move.encode(message.moves[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MovesReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.MovesReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.MovesReq & goim.logic.MovesReq.$Shape} MovesReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MovesReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.MovesReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.moves && message.moves.length))
                                message.moves = [];
                            message.moves.push($root.goim.logic.Move.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MovesReq;
        })();

        logic.MovesReply = (function() {

            /**
             * Properties of a MovesReply.
             * @typedef {Object} goim.logic.MovesReply.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MovesReply.
             * @memberof goim.logic
             * @interface IMovesReply
             * @augments goim.logic.MovesReply.$Properties
             * @deprecated Use goim.logic.MovesReply.$Properties instead.
             */

            /**
             * Shape of a MovesReply.
             * @typedef {goim.logic.MovesReply.$Properties} goim.logic.MovesReply.$Shape
             */

            /**
             * Constructs a new MovesReply.
             * @memberof goim.logic
             * @classdesc Represents a MovesReply.
             * @constructor
             * @param {goim.logic.MovesReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MovesReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new MovesReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.MovesReply
             * @static
             * @param {goim.logic.MovesReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.MovesReply} MovesReply instance
             * @type {{
             *   (properties: goim.logic.MovesReply.$Shape): goim.logic.MovesReply & goim.logic.MovesReply.$Shape;
             *   (properties?: goim.logic.MovesReply.$Properties): goim.logic.MovesReply;
             * }}
             */
            MovesReply.create = function(properties) {
                return new MovesReply(properties);
            };

            /**
             * Encodes the specified MovesReply message. Does not implicitly {@link goim.logic.MovesReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.MovesReply
             * @static
             * @param {goim.logic.MovesReply.$Properties} message MovesReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MovesReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MovesReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.MovesReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.MovesReply & goim.logic.MovesReply.$Shape} MovesReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MovesReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.MovesReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MovesReply;
        })();

        logic.RoomCheck = (function() {

            /**
             * Properties of a RoomCheck.
             * @typedef {Object} goim.logic.RoomCheck.$Properties
             * @property {string|null} [room] RoomCheck room
             * @property {string|null} [mid] RoomCheck mid
             * @property {boolean|null} [again] RoomCheck again
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomCheck.
             * @memberof goim.logic
             * @interface IRoomCheck
             * @augments goim.logic.RoomCheck.$Properties
             * @deprecated Use goim.logic.RoomCheck.$Properties instead.
             */

            /**
             * Shape of a RoomCheck.
             * @typedef {goim.logic.RoomCheck.$Properties} goim.logic.RoomCheck.$Shape
             */

            /**
             * Constructs a new RoomCheck.
             * @memberof goim.logic
             * @classdesc Represents a RoomCheck.
             * @constructor
             * @param {goim.logic.RoomCheck.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomCheck = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomCheck room.
             * @member {string} room
             * @memberof goim.logic.RoomCheck
             * @instance
             */
            RoomCheck.prototype.room = "";

            /**
             * RoomCheck mid.
             * @member {string} mid
             * @memberof goim.logic.RoomCheck
             * @instance
             */
            RoomCheck.prototype.mid = "";

            /**
             * RoomCheck again.
             * @member {boolean} again
             * @memberof goim.logic.RoomCheck
             * @instance
             */
            RoomCheck.prototype.again = false;

            /**
             * Creates a new RoomCheck instance using the specified properties.
             * @function create
             * @memberof goim.logic.RoomCheck
             * @static
             * @param {goim.logic.RoomCheck.$Properties=} [properties] Properties to set
             * @returns {goim.logic.RoomCheck} RoomCheck instance
             * @type {{
             *   (properties: goim.logic.RoomCheck.$Shape): goim.logic.RoomCheck & goim.logic.RoomCheck.$Shape;
             *   (properties?: goim.logic.RoomCheck.$Properties): goim.logic.RoomCheck;
             * }}
             */
            RoomCheck.create = function(properties) {
                return new RoomCheck(properties);
            };

            /**
             * Encodes the specified RoomCheck message. Does not implicitly {@link goim.logic.RoomCheck.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.RoomCheck
             * @static
             * @param {goim.logic.RoomCheck.$Properties} message RoomCheck message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomCheck.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.room);
                if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.mid);
                if (message.again != null && $Object.hasOwnProperty.call(message, "again") && message.again !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.again);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomCheck message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.RoomCheck
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.RoomCheck & goim.logic.RoomCheck.$Shape} RoomCheck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomCheck.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.RoomCheck();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.room = value;
                            else
                                delete message.room;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.mid = value;
                            else
                                delete message.mid;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.again = value;
                            else
                                delete message.again;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomCheck;
        })();

        logic.JoinReq = (function() {

            /**
             * Properties of a JoinReq.
             * @typedef {Object} goim.logic.JoinReq.$Properties
             * @property {Array.<goim.logic.RoomCheck.$Properties>|null} [checks] JoinReq checks
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JoinReq.
             * @memberof goim.logic
             * @interface IJoinReq
             * @augments goim.logic.JoinReq.$Properties
             * @deprecated Use goim.logic.JoinReq.$Properties instead.
             */

            /**
             * Shape of a JoinReq.
             * @typedef {goim.logic.JoinReq.$Properties} goim.logic.JoinReq.$Shape
             */

            /**
             * Constructs a new JoinReq.
             * @memberof goim.logic
             * @classdesc Represents a JoinReq.
             * @constructor
             * @param {goim.logic.JoinReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JoinReq = function (properties) {
                this.checks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JoinReq checks.
             * @member {Array.<goim.logic.RoomCheck.$Properties>} checks
             * @memberof goim.logic.JoinReq
             * @instance
             */
            JoinReq.prototype.checks = $util.emptyArray;

            /**
             * Creates a new JoinReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.JoinReq
             * @static
             * @param {goim.logic.JoinReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.JoinReq} JoinReq instance
             * @type {{
             *   (properties: goim.logic.JoinReq.$Shape): goim.logic.JoinReq & goim.logic.JoinReq.$Shape;
             *   (properties?: goim.logic.JoinReq.$Properties): goim.logic.JoinReq;
             * }}
             */
            JoinReq.create = function(properties) {
                return new JoinReq(properties);
            };

            /**
             * Encodes the specified JoinReq message. Does not implicitly {@link goim.logic.JoinReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.JoinReq
             * @static
             * @param {goim.logic.JoinReq.$Properties} message JoinReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JoinReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.checks != null && message.checks.length)
                    for (let i = 0; i < message.checks.length; ++i)
                        $root.goim.logic.RoomCheck.encode(message.checks[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JoinReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.JoinReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.JoinReq & goim.logic.JoinReq.$Shape} JoinReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JoinReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.JoinReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.checks && message.checks.length))
                                message.checks = [];
                            message.checks.push($root.goim.logic.RoomCheck.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return JoinReq;
        })();

        logic.RoomVerdict = (function() {

            /**
             * Properties of a RoomVerdict.
             * @typedef {Object} goim.logic.RoomVerdict.$Properties
             * @property {string|null} [error] RoomVerdict error
             * @property {string|null} [errorText] RoomVerdict errorText
             * @property {number|Long|null} [guard] RoomVerdict guard
             * @property {number|Long|null} [since] RoomVerdict since
             * @property {string|null} [epoch] RoomVerdict epoch
             * @property {boolean|null} [noHistory] RoomVerdict noHistory
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RoomVerdict.
             * @memberof goim.logic
             * @interface IRoomVerdict
             * @augments goim.logic.RoomVerdict.$Properties
             * @deprecated Use goim.logic.RoomVerdict.$Properties instead.
             */

            /**
             * Shape of a RoomVerdict.
             * @typedef {goim.logic.RoomVerdict.$Properties} goim.logic.RoomVerdict.$Shape
             */

            /**
             * Constructs a new RoomVerdict.
             * @memberof goim.logic
             * @classdesc Represents a RoomVerdict.
             * @constructor
             * @param {goim.logic.RoomVerdict.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RoomVerdict = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RoomVerdict error.
             * @member {string} error
             * @memberof goim.logic.RoomVerdict
             * @instance
             */
            RoomVerdict.prototype.error = "";

            /**
             * RoomVerdict errorText.
             * @member {string} errorText
             * @memberof goim.logic.RoomVerdict
             * @instance
             */
            RoomVerdict.prototype.errorText = "";

            /**
             * RoomVerdict guard.
             * @member {number|Long} guard
             * @memberof goim.logic.RoomVerdict
             * @instance
             */
            RoomVerdict.prototype.guard = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * RoomVerdict since.
             * @member {number|Long|null|undefined} since
             * @memberof goim.logic.RoomVerdict
             * @instance
             */
            RoomVerdict.prototype.since = null;

            /**
             * RoomVerdict epoch.
             * @member {string} epoch
             * @memberof goim.logic.RoomVerdict
             * @instance
             */
            RoomVerdict.prototype.epoch = "";

            /**
             * RoomVerdict noHistory.
             * @member {boolean} noHistory
             * @memberof goim.logic.RoomVerdict
             * @instance
             */
            RoomVerdict.prototype.noHistory = false;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(RoomVerdict.prototype, "_since", {
                get: $util.oneOfGetter($oneOfFields = ["since"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new RoomVerdict instance using the specified properties.
             * @function create
             * @memberof goim.logic.RoomVerdict
             * @static
             * @param {goim.logic.RoomVerdict.$Properties=} [properties] Properties to set
             * @returns {goim.logic.RoomVerdict} RoomVerdict instance
             * @type {{
             *   (properties: goim.logic.RoomVerdict.$Shape): goim.logic.RoomVerdict & goim.logic.RoomVerdict.$Shape;
             *   (properties?: goim.logic.RoomVerdict.$Properties): goim.logic.RoomVerdict;
             * }}
             */
            RoomVerdict.create = function(properties) {
                return new RoomVerdict(properties);
            };

            /**
             * Encodes the specified RoomVerdict message. Does not implicitly {@link goim.logic.RoomVerdict.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.RoomVerdict
             * @static
             * @param {goim.logic.RoomVerdict.$Properties} message RoomVerdict message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RoomVerdict.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.error);
                if (message.errorText != null && $Object.hasOwnProperty.call(message, "errorText") && message.errorText !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.errorText);
                if (message.guard != null && $Object.hasOwnProperty.call(message, "guard") && (typeof message.guard === "object" ? message.guard.low || message.guard.high : message.guard !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.guard);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since"))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.since);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.epoch);
                if (message.noHistory != null && $Object.hasOwnProperty.call(message, "noHistory") && message.noHistory !== false)
                    writer.uint32(/* id 6, wireType 0 =*/48).bool(message.noHistory);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RoomVerdict message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.RoomVerdict
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.RoomVerdict & goim.logic.RoomVerdict.$Shape} RoomVerdict
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RoomVerdict.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.RoomVerdict();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.error = value;
                            else
                                delete message.error;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.errorText = value;
                            else
                                delete message.errorText;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.guard = value;
                            else
                                delete message.guard;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.since = reader.uint64();
                            message._since = "since";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.noHistory = value;
                            else
                                delete message.noHistory;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RoomVerdict;
        })();

        logic.JoinReply = (function() {

            /**
             * Properties of a JoinReply.
             * @typedef {Object} goim.logic.JoinReply.$Properties
             * @property {Array.<goim.logic.RoomVerdict.$Properties>|null} [verdicts] JoinReply verdicts
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JoinReply.
             * @memberof goim.logic
             * @interface IJoinReply
             * @augments goim.logic.JoinReply.$Properties
             * @deprecated Use goim.logic.JoinReply.$Properties instead.
             */

            /**
             * Shape of a JoinReply.
             * @typedef {goim.logic.JoinReply.$Properties} goim.logic.JoinReply.$Shape
             */

            /**
             * Constructs a new JoinReply.
             * @memberof goim.logic
             * @classdesc Represents a JoinReply.
             * @constructor
             * @param {goim.logic.JoinReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JoinReply = function (properties) {
                this.verdicts = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JoinReply verdicts.
             * @member {Array.<goim.logic.RoomVerdict.$Properties>} verdicts
             * @memberof goim.logic.JoinReply
             * @instance
             */
            JoinReply.prototype.verdicts = $util.emptyArray;

            /**
             * Creates a new JoinReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.JoinReply
             * @static
             * @param {goim.logic.JoinReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.JoinReply} JoinReply instance
             * @type {{
             *   (properties: goim.logic.JoinReply.$Shape): goim.logic.JoinReply & goim.logic.JoinReply.$Shape;
             *   (properties?: goim.logic.JoinReply.$Properties): goim.logic.JoinReply;
             * }}
             */
            JoinReply.create = function(properties) {
                return new JoinReply(properties);
            };

            /**
             * Encodes the specified JoinReply message. Does not implicitly {@link goim.logic.JoinReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.JoinReply
             * @static
             * @param {goim.logic.JoinReply.$Properties} message JoinReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JoinReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.verdicts != null && message.verdicts.length)
                    for (let i = 0; i < message.verdicts.length; ++i)
                        $root.goim.logic.RoomVerdict.encode(message.verdicts[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JoinReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.JoinReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.JoinReply & goim.logic.JoinReply.$Shape} JoinReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JoinReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.JoinReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.verdicts && message.verdicts.length))
                                message.verdicts = [];
                            message.verdicts.push($root.goim.logic.RoomVerdict.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return JoinReply;
        })();

        logic.GuardsReq = (function() {

            /**
             * Properties of a GuardsReq.
             * @typedef {Object} goim.logic.GuardsReq.$Properties
             * @property {Array.<string>|null} [rooms] GuardsReq rooms
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GuardsReq.
             * @memberof goim.logic
             * @interface IGuardsReq
             * @augments goim.logic.GuardsReq.$Properties
             * @deprecated Use goim.logic.GuardsReq.$Properties instead.
             */

            /**
             * Shape of a GuardsReq.
             * @typedef {goim.logic.GuardsReq.$Properties} goim.logic.GuardsReq.$Shape
             */

            /**
             * Constructs a new GuardsReq.
             * @memberof goim.logic
             * @classdesc Represents a GuardsReq.
             * @constructor
             * @param {goim.logic.GuardsReq.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GuardsReq = function (properties) {
                this.rooms = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GuardsReq rooms.
             * @member {Array.<string>} rooms
             * @memberof goim.logic.GuardsReq
             * @instance
             */
            GuardsReq.prototype.rooms = $util.emptyArray;

            /**
             * Creates a new GuardsReq instance using the specified properties.
             * @function create
             * @memberof goim.logic.GuardsReq
             * @static
             * @param {goim.logic.GuardsReq.$Properties=} [properties] Properties to set
             * @returns {goim.logic.GuardsReq} GuardsReq instance
             * @type {{
             *   (properties: goim.logic.GuardsReq.$Shape): goim.logic.GuardsReq & goim.logic.GuardsReq.$Shape;
             *   (properties?: goim.logic.GuardsReq.$Properties): goim.logic.GuardsReq;
             * }}
             */
            GuardsReq.create = function(properties) {
                return new GuardsReq(properties);
            };

            /**
             * Encodes the specified GuardsReq message. Does not implicitly {@link goim.logic.GuardsReq.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.GuardsReq
             * @static
             * @param {goim.logic.GuardsReq.$Properties} message GuardsReq message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GuardsReq.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.rooms != null && message.rooms.length)
                    for (let i = 0; i < message.rooms.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.rooms[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GuardsReq message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.GuardsReq
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.GuardsReq & goim.logic.GuardsReq.$Shape} GuardsReq
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GuardsReq.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.GuardsReq();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.rooms && message.rooms.length))
                                message.rooms = [];
                            message.rooms.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GuardsReq;
        })();

        logic.GuardsReply = (function() {

            /**
             * Properties of a GuardsReply.
             * @typedef {Object} goim.logic.GuardsReply.$Properties
             * @property {Array.<number|Long>|null} [guards] GuardsReply guards
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GuardsReply.
             * @memberof goim.logic
             * @interface IGuardsReply
             * @augments goim.logic.GuardsReply.$Properties
             * @deprecated Use goim.logic.GuardsReply.$Properties instead.
             */

            /**
             * Shape of a GuardsReply.
             * @typedef {goim.logic.GuardsReply.$Properties} goim.logic.GuardsReply.$Shape
             */

            /**
             * Constructs a new GuardsReply.
             * @memberof goim.logic
             * @classdesc Represents a GuardsReply.
             * @constructor
             * @param {goim.logic.GuardsReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GuardsReply = function (properties) {
                this.guards = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GuardsReply guards.
             * @member {Array.<number|Long>} guards
             * @memberof goim.logic.GuardsReply
             * @instance
             */
            GuardsReply.prototype.guards = $util.emptyArray;

            /**
             * Creates a new GuardsReply instance using the specified properties.
             * @function create
             * @memberof goim.logic.GuardsReply
             * @static
             * @param {goim.logic.GuardsReply.$Properties=} [properties] Properties to set
             * @returns {goim.logic.GuardsReply} GuardsReply instance
             * @type {{
             *   (properties: goim.logic.GuardsReply.$Shape): goim.logic.GuardsReply & goim.logic.GuardsReply.$Shape;
             *   (properties?: goim.logic.GuardsReply.$Properties): goim.logic.GuardsReply;
             * }}
             */
            GuardsReply.create = function(properties) {
                return new GuardsReply(properties);
            };

            /**
             * Encodes the specified GuardsReply message. Does not implicitly {@link goim.logic.GuardsReply.verify|verify} messages.
             * @function encode
             * @memberof goim.logic.GuardsReply
             * @static
             * @param {goim.logic.GuardsReply.$Properties} message GuardsReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GuardsReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.guards != null && message.guards.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).uint64s(message.guards);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GuardsReply message from the specified reader or buffer.
             * @function decode
             * @memberof goim.logic.GuardsReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.logic.GuardsReply & goim.logic.GuardsReply.$Shape} GuardsReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GuardsReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.logic.GuardsReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType === 2) {
                                if (!(message.guards && message.guards.length))
                                    message.guards = [];
                                reader.uint64s(message.guards);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.guards && message.guards.length))
                                message.guards = [];
                            message.guards.push(reader.uint64());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GuardsReply;
        })();

        return logic;
    })();

    goim.store = (function() {

        /**
         * Namespace store.
         * @memberof goim
         * @namespace
         */
        const store = {};

        store.MailPageRef = (function() {

            /**
             * Properties of a MailPageRef.
             * @typedef {Object} goim.store.MailPageRef.$Properties
             * @property {string|null} [id] MailPageRef id
             * @property {number|Long|null} [revision] MailPageRef revision
             * @property {number|Long|null} [first] MailPageRef first
             * @property {number|Long|null} [last] MailPageRef last
             * @property {number|null} [entries] MailPageRef entries
             * @property {number|Long|null} [bytes] MailPageRef bytes
             * @property {number|Long|null} [time] MailPageRef time
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailPageRef.
             * @memberof goim.store
             * @interface IMailPageRef
             * @augments goim.store.MailPageRef.$Properties
             * @deprecated Use goim.store.MailPageRef.$Properties instead.
             */

            /**
             * Shape of a MailPageRef.
             * @typedef {goim.store.MailPageRef.$Properties} goim.store.MailPageRef.$Shape
             */

            /**
             * Constructs a new MailPageRef.
             * @memberof goim.store
             * @classdesc Represents a MailPageRef.
             * @constructor
             * @param {goim.store.MailPageRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailPageRef = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailPageRef id.
             * @member {string} id
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.id = "";

            /**
             * MailPageRef revision.
             * @member {number|Long} revision
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.revision = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailPageRef first.
             * @member {number|Long} first
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.first = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailPageRef last.
             * @member {number|Long} last
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.last = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailPageRef entries.
             * @member {number} entries
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.entries = 0;

            /**
             * MailPageRef bytes.
             * @member {number|Long} bytes
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.bytes = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailPageRef time.
             * @member {number|Long} time
             * @memberof goim.store.MailPageRef
             * @instance
             */
            MailPageRef.prototype.time = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new MailPageRef instance using the specified properties.
             * @function create
             * @memberof goim.store.MailPageRef
             * @static
             * @param {goim.store.MailPageRef.$Properties=} [properties] Properties to set
             * @returns {goim.store.MailPageRef} MailPageRef instance
             * @type {{
             *   (properties: goim.store.MailPageRef.$Shape): goim.store.MailPageRef & goim.store.MailPageRef.$Shape;
             *   (properties?: goim.store.MailPageRef.$Properties): goim.store.MailPageRef;
             * }}
             */
            MailPageRef.create = function(properties) {
                return new MailPageRef(properties);
            };

            /**
             * Encodes the specified MailPageRef message. Does not implicitly {@link goim.store.MailPageRef.verify|verify} messages.
             * @function encode
             * @memberof goim.store.MailPageRef
             * @static
             * @param {goim.store.MailPageRef.$Properties} message MailPageRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailPageRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && (typeof message.revision === "object" ? message.revision.low || message.revision.high : message.revision !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.revision);
                if (message.first != null && $Object.hasOwnProperty.call(message, "first") && (typeof message.first === "object" ? message.first.low || message.first.high : message.first !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.first);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && (typeof message.last === "object" ? message.last.low || message.last.high : message.last !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.last);
                if (message.entries != null && $Object.hasOwnProperty.call(message, "entries") && message.entries !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.entries);
                if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && (typeof message.bytes === "object" ? message.bytes.low || message.bytes.high : message.bytes !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.bytes);
                if (message.time != null && $Object.hasOwnProperty.call(message, "time") && (typeof message.time === "object" ? message.time.low || message.time.high : message.time !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).uint64(message.time);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailPageRef message from the specified reader or buffer.
             * @function decode
             * @memberof goim.store.MailPageRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.store.MailPageRef & goim.store.MailPageRef.$Shape} MailPageRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailPageRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.store.MailPageRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.first = value;
                            else
                                delete message.first;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.entries = value;
                            else
                                delete message.entries;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.bytes = value;
                            else
                                delete message.bytes;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.time = value;
                            else
                                delete message.time;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailPageRef;
        })();

        store.MailHead = (function() {

            /**
             * Properties of a MailHead.
             * @typedef {Object} goim.store.MailHead.$Properties
             * @property {string|null} [epoch] MailHead epoch
             * @property {number|Long|null} [last] MailHead last
             * @property {number|Long|null} [dropped] MailHead dropped
             * @property {Array.<goim.store.MailPageRef.$Properties>|null} [pages] MailHead pages
             * @property {Array.<goim.push.MailEntry.$Properties>|null} [entries] MailHead entries
             * @property {string|null} [life] MailHead life
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailHead.
             * @memberof goim.store
             * @interface IMailHead
             * @augments goim.store.MailHead.$Properties
             * @deprecated Use goim.store.MailHead.$Properties instead.
             */

            /**
             * Shape of a MailHead.
             * @typedef {goim.store.MailHead.$Properties} goim.store.MailHead.$Shape
             */

            /**
             * Constructs a new MailHead.
             * @memberof goim.store
             * @classdesc Represents a MailHead.
             * @constructor
             * @param {goim.store.MailHead.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailHead = function (properties) {
                this.pages = [];
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailHead epoch.
             * @member {string} epoch
             * @memberof goim.store.MailHead
             * @instance
             */
            MailHead.prototype.epoch = "";

            /**
             * MailHead last.
             * @member {number|Long} last
             * @memberof goim.store.MailHead
             * @instance
             */
            MailHead.prototype.last = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailHead dropped.
             * @member {number|Long} dropped
             * @memberof goim.store.MailHead
             * @instance
             */
            MailHead.prototype.dropped = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * MailHead pages.
             * @member {Array.<goim.store.MailPageRef.$Properties>} pages
             * @memberof goim.store.MailHead
             * @instance
             */
            MailHead.prototype.pages = $util.emptyArray;

            /**
             * MailHead entries.
             * @member {Array.<goim.push.MailEntry.$Properties>} entries
             * @memberof goim.store.MailHead
             * @instance
             */
            MailHead.prototype.entries = $util.emptyArray;

            /**
             * MailHead life.
             * @member {string} life
             * @memberof goim.store.MailHead
             * @instance
             */
            MailHead.prototype.life = "";

            /**
             * Creates a new MailHead instance using the specified properties.
             * @function create
             * @memberof goim.store.MailHead
             * @static
             * @param {goim.store.MailHead.$Properties=} [properties] Properties to set
             * @returns {goim.store.MailHead} MailHead instance
             * @type {{
             *   (properties: goim.store.MailHead.$Shape): goim.store.MailHead & goim.store.MailHead.$Shape;
             *   (properties?: goim.store.MailHead.$Properties): goim.store.MailHead;
             * }}
             */
            MailHead.create = function(properties) {
                return new MailHead(properties);
            };

            /**
             * Encodes the specified MailHead message. Does not implicitly {@link goim.store.MailHead.verify|verify} messages.
             * @function encode
             * @memberof goim.store.MailHead
             * @static
             * @param {goim.store.MailHead.$Properties} message MailHead message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailHead.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.epoch);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && (typeof message.last === "object" ? message.last.low || message.last.high : message.last !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.last);
                if (message.dropped != null && $Object.hasOwnProperty.call(message, "dropped") && (typeof message.dropped === "object" ? message.dropped.low || message.dropped.high : message.dropped !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.dropped);
                if (message.pages != null && message.pages.length)
                    for (let i = 0; i < message.pages.length; ++i)
                        $root.goim.store.MailPageRef.encode(message.pages[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.MailEntry.encode(message.entries[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.life != null && $Object.hasOwnProperty.call(message, "life") && message.life !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.life);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailHead message from the specified reader or buffer.
             * @function decode
             * @memberof goim.store.MailHead
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.store.MailHead & goim.store.MailHead.$Shape} MailHead
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailHead.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.store.MailHead();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.dropped = value;
                            else
                                delete message.dropped;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.pages && message.pages.length))
                                message.pages = [];
                            message.pages.push($root.goim.store.MailPageRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.MailEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.life = value;
                            else
                                delete message.life;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailHead;
        })();

        store.MailPage = (function() {

            /**
             * Properties of a MailPage.
             * @typedef {Object} goim.store.MailPage.$Properties
             * @property {Array.<goim.push.MailEntry.$Properties>|null} [entries] MailPage entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MailPage.
             * @memberof goim.store
             * @interface IMailPage
             * @augments goim.store.MailPage.$Properties
             * @deprecated Use goim.store.MailPage.$Properties instead.
             */

            /**
             * Shape of a MailPage.
             * @typedef {goim.store.MailPage.$Properties} goim.store.MailPage.$Shape
             */

            /**
             * Constructs a new MailPage.
             * @memberof goim.store
             * @classdesc Represents a MailPage.
             * @constructor
             * @param {goim.store.MailPage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MailPage = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MailPage entries.
             * @member {Array.<goim.push.MailEntry.$Properties>} entries
             * @memberof goim.store.MailPage
             * @instance
             */
            MailPage.prototype.entries = $util.emptyArray;

            /**
             * Creates a new MailPage instance using the specified properties.
             * @function create
             * @memberof goim.store.MailPage
             * @static
             * @param {goim.store.MailPage.$Properties=} [properties] Properties to set
             * @returns {goim.store.MailPage} MailPage instance
             * @type {{
             *   (properties: goim.store.MailPage.$Shape): goim.store.MailPage & goim.store.MailPage.$Shape;
             *   (properties?: goim.store.MailPage.$Properties): goim.store.MailPage;
             * }}
             */
            MailPage.create = function(properties) {
                return new MailPage(properties);
            };

            /**
             * Encodes the specified MailPage message. Does not implicitly {@link goim.store.MailPage.verify|verify} messages.
             * @function encode
             * @memberof goim.store.MailPage
             * @static
             * @param {goim.store.MailPage.$Properties} message MailPage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MailPage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.goim.push.MailEntry.encode(message.entries[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MailPage message from the specified reader or buffer.
             * @function decode
             * @memberof goim.store.MailPage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {goim.store.MailPage & goim.store.MailPage.$Shape} MailPage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MailPage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.goim.store.MailPage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.goim.push.MailEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MailPage;
        })();

        return store;
    })();

    return goim;
})();

export {
  $root as default
};
