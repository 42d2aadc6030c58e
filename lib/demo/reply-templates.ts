/**
 * The demo grammar's replies, as data. {your} {the} {thing} {order} {new} name the item, or stay general where none is named;
 * {unsized} leaves out its size, {short} every attribute; {soon} and {by} are times. Every sentence is right for one thing and for a pair alike. `stepMarks` tell which step a sentence
 * announces: the first that matches decides (tested: they recognise every step above them).
 */
import type { Facts } from './messages';
import { items } from './shop';

export const steps = {
  refund_charge: [
    'We will refund the second payment for {your} {soon}.',
    'The extra payment for {your} will be back on your card {by}.',
    'We have returned the second payment for {your}.',
    'One of the two payments for {your} will be paid back {by}.',
  ],
  exchange: [
    'We will swap {unsized} for a {wanted} size {soon}.',
    'A {wanted} size of {unsized} will leave our shop {soon}.',
    'You will get {unsized} in a {wanted} size {by}.',
    'We are sending {unsized} in a {wanted} size {soon}.',
  ],
  send_part: [
    'We will post the {part} for {your} {soon}.',
    'The {part} for {your} will be with you {by}.',
    'You will get the missing {part} for {your} {by}.',
    'We have packed the {part} for {your} and will post it {soon}.',
  ],
  invoice: [
    'We have emailed you the invoice for {your}.',
    'The invoice for {your} will be in your inbox {soon}.',
    'You will find the invoice for {your} in your account.',
    'We will email you the invoice for {your} {soon}.',
  ],
  address: [
    'We have changed the address for {your}.',
    'We will send {your} to your new address.',
    '{Your} will go to your new address.',
    'The new address is now on {order}.',
  ],
  cancel: [
    'We have cancelled {order}.',
    '{Order} is cancelled and you will not be charged.',
    'We will cancel {order} {soon}.',
    'We cancelled {order}, so nothing will be sent.',
  ],
  refund: [
    'We will refund {your} {soon}.',
    'You will get your money back for {your} {by}.',
    'The refund for {your} will be on your card {by}.',
    'We have sent the refund for {your} to your card.',
  ],
  return: [
    'Use our free label to send {your} back.',
    'We have emailed you a free label to return {your}.',
    'You can return {your} with our free label {by}.',
    'Bring {your} to any post office with our return label.',
  ],
  replace: [
    'We will send you {new} {soon}.',
    '{New} will leave our shop {soon}.',
    'You will get {new} {by}.',
    'We are sending {new} {soon}.',
  ],
  send_right: [
    '{The} that you ordered will leave our shop {soon}.',
    'We are sending the right {thing} {soon}.',
    'You will get {the} that you ordered {by}.',
    'The right {thing} will leave our shop {soon}.',
  ],
  track: [
    '{Your} will arrive {by}.',
    'You can expect {your} {by}.',
    '{Your} left our shop and will be with you {by}.',
    'Our driver will bring {your} {by}.',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Step = keyof typeof steps;

const partNames = [...new Set(items.flatMap((item) => item.parts))];

/** Read on one sentence in lower case, without the names of items (a phone case is not a missing case). */
export const stepMarks: readonly (readonly [Step, RegExp])[] = [
  ['refund_charge', /\b(second|extra|double|duplicate|other|one of the( two)?) (payment|charge)s?\b/],
  ['exchange', /\b(larger|smaller|bigger|different|another|right) size\b|\b(swap|exchange)\b/],
  ['send_part', new RegExp(`\\b(${[...partNames, 'part'].join('|')})\\b`)],
  ['invoice', /\binvoice\b|\bbill\b/],
  ['address', /\baddress\b/],
  ['cancel', /\bcancel/],
  ['refund', /\brefund|\bmoney back\b|\bpaid? (you )?back\b|\bpay you\b/],
  ['return', /\blabel\b|\breturn\b|\bsend (it|them|your .*) back\b/],
  ['send_right', /\b(right|correct)\b|\bthat you ordered\b|\byou ordered\b/],
  ['replace', /\breplac|\bnew\b|\banother (one|pair)\b/],
  ['track', /\b(arrive|expect|deliver|delivered|driver|left our shop|on (its|the) way|with you)\b/],
];

/** Which steps solve what the message asks for; the first is the most direct. */
export function fittingSteps(facts: Pick<Facts, 'problem' | 'ask'>): readonly Step[] {
  switch (facts.problem) {
    case 'broken':
      return facts.ask === 'replace' ? ['replace'] : facts.ask === 'refund' ? ['refund'] : ['replace', 'refund'];
    case 'wrong_item':
    case 'wrong_variant':
      return facts.ask === 'replace'
        ? ['send_right', 'replace']
        : facts.ask === 'refund'
          ? ['refund']
          : ['send_right', 'replace', 'refund'];
    case 'late':
      return facts.ask === 'cancel' ? ['cancel', 'refund'] : ['track'];
    case 'missing':
      return ['send_part'];
    case 'size':
      return facts.ask === 'exchange' ? ['exchange'] : facts.ask === 'return' ? ['return', 'refund'] : ['exchange', 'return', 'refund'];
    case 'charge':
      return ['refund_charge'];
    case 'return':
      return ['return'];
    case 'refund_wait':
      return ['refund'];
    case 'cancel':
      return ['cancel'];
    case 'invoice':
      return ['invoice'];
    case 'delivery':
      return ['track'];
    case 'address':
      return ['address'];
  }
}

/** Steps that neither solve what was asked nor miss it: no reader would agree on them. The grammar never writes them. */
export function nearSteps(facts: Pick<Facts, 'problem' | 'ask'>): readonly Step[] {
  const near: Partial<Record<Facts['problem'], readonly Step[]>> = {
    broken: ['return', 'send_right'],
    wrong_item: ['return', 'exchange'],
    wrong_variant: ['return', 'exchange'],
    late: ['send_right', 'replace', 'track'],
    missing: ['send_right', 'replace'],
    size: ['send_right', 'replace'],
    charge: ['refund'],
    return: ['refund', 'exchange'],
    refund_wait: ['refund_charge'],
    cancel: ['refund', 'return'],
    delivery: ['send_right'],
  };
  const fitting = fittingSteps(facts);
  return (near[facts.problem] ?? []).filter((step) => !fitting.includes(step));
}

export const vague = [
  'Somebody has taken note of {your}.',
  'We will see what we can do about {your}.',
  'Someone will think about {your} at some point.',
  'It is hard to say anything about {your}.',
  'We may or may not have news about {your} soon.',
  'We have put {your} on a long list.',
  'Maybe we will find time for {your} one day.',
  'Things like this happen with {your}.',
] as const;

export const neutralOpenings = [
  'You wrote about {short}.',
  'This is about {short}.',
  'We read your message about {short}.',
  'We checked our notes on {short}.',
] as const;

/** `sorry` where something went wrong, `thanks` for plain questions. */
export const courteousOpenings = {
  sorry: [
    'We are very sorry about {short}.',
    'Sorry for the trouble with {short}.',
    'We apologise for the trouble.',
    'Thank you for telling us about {short}.',
    'We are sorry to hear this.',
  ],
  thanks: [
    'Thank you for your message.',
    'Thank you for writing about {short}.',
    'Thanks for asking about {short}.',
    'Of course, we are happy to help.',
    'We are glad to help you with {short}.',
  ],
} as const;

export const courteousClosings = [
  'Thank you for your patience.',
  'Please write again if you need anything.',
  'Have a lovely day!',
  'Kind regards from all of us.',
  'Please let us know if we can do more.',
] as const;

export const curtOpenings = ['Noted.', 'You again.', 'Fine.', 'Not our fault.', 'Calm down.'] as const;
export const curtClosings = [
  'That is all.',
  'Do not write again.',
  'Read our rules next time.',
  'Stop asking.',
  'We are busy.',
  'Be more careful next time.',
] as const;

/** Sentences that say nothing to the point. They name nothing that the shop sells. */
export const rambling = [
  'Our shop has been in the same street for many years.',
  'As you may know, the weather has been rather strange this month.',
  'Many people write to us, and every day is a little different.',
  'My colleague says that time goes by faster every year.',
  'There is a lot to say about our shop and its history.',
  'Some customers come in the morning and some in the evening.',
  'We had a meeting about this, and then a second meeting.',
  'In general, things are often one way and then another way.',
  'We also have a newsletter that comes out now and then.',
  'The town is very busy at this time of the year.',
] as const;

export const times = {
  soon: ['today', 'tomorrow', 'on Monday', 'on Tuesday', 'on Thursday', 'this week'],
  by: ['by Tuesday', 'by Wednesday', 'by Friday', 'by Saturday', 'within two days', 'within three days'],
} as const;
