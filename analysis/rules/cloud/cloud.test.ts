import assert from 'node:assert/strict';
import { analyzeText } from '../../workspace/engine.ts';

/** Lines (from 1) with their rules. */
function found(text: string): string[] {
  return analyzeText('/stack.ts', text).map(({ start, rule, severity }) => `${start.line + 1} ${rule} ${severity}`);
}

describe('cloud rules', () => {
  it('take undefined and a missing setting as the default, and say nothing of what they do not know', () => {
    const text = `import { Topic } from '@aws-cdk/aws-sns';
const none = undefined;
new Topic(this, 'a');
new Topic(this, 'b', { displayName: 'b', masterKey: none });
new Topic(this, 'c', options);
new Topic(this, 'd', { ...options });
new Topic(...everything);
new Topic(this, 'e', { masterKey: key });
`;
    assert.deepEqual(found(text), ['3 cloud-storage-unencrypted low', '4 cloud-storage-unencrypted low']);
  });

  it('look at each element of a list', () => {
    const text = `import { aws_elasticloadbalancing as elb } from 'aws-cdk-lib';
new elb.CfnLoadBalancer(this, 'front', {
  listeners: [
    { protocol: 'HTTPS', loadBalancerPort: '443' },
    { protocol: 'HTTP', loadBalancerPort: '80' },
  ],
});
`;
    assert.deepEqual(found(text), ['5 cloud-cleartext-traffic medium']);
  });

  it('tell who, what and where of a statement apart, and leave a refusal alone', () => {
    const text = `import * as iam from 'aws-cdk-lib/aws-iam';
iam.PolicyDocument.fromJson({
  Statement: [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::pictures/*', Principal: { AWS: '*' } },
    { Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' },
    { Effect: 'Allow', Action: 'iam:UpdateLoginProfile', Resource: 'arn:aws:iam::1:user/*' },
    { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: '*' },
  ],
});
`;
    assert.deepEqual(found(text), ['4 cloud-broad-permission medium', '6 cloud-broad-permission medium']);
  });

  it('see which ports a security group opens to everyone', () => {
    const text = `import * as ec2 from 'aws-cdk-lib/aws-ec2';
group.addIngressRule(ec2.Peer.ipv6('::/0'), ec2.Port.tcpRange(20, 30));
group.addIngressRule(ec2.Peer.ipv6('::/0'), ec2.Port.tcp(443));
group.addIngressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(22));
machine.connections.allowFromAnyIpv4(ec2.Port.allTraffic());
`;
    assert.deepEqual(found(text), ['2 cloud-open-admin-port high', '5 cloud-open-admin-port high']);
  });
});
