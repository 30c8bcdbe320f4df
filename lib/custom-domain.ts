import { CfnOutput } from 'aws-cdk-lib';
import { DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { ApiMapping, DomainName as WebSocketDomainName, type WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { liveStageName } from './live-api.ts';
import { restStageName } from './rest-api.ts';
import type { StageDomain } from './stages.ts';

interface CustomDomainProps {
  domain: StageDomain;
  rest: RestApi;
  live: WebSocketStage;
}

/** Where a name leads to: what its record in the DNS must say. */
interface DomainTarget {
  name: string;
  target: string;
  zoneId: string;
}

/** The service's own names. Each API keeps the path that it has at API Gateway: /v1, /live. */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { domain, rest, live }: CustomDomainProps) {
    super(scope, id);
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn);
    const restName = new DomainName(this, 'Rest', {
      domainName: domain.rest,
      certificate,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    restName.addBasePathMapping(rest, { basePath: restStageName, stage: rest.deploymentStage });
    const liveName = new WebSocketDomainName(this, 'Live', { domainName: domain.live, certificate });
    new ApiMapping(this, 'LiveMapping', {
      api: live.api,
      domainName: liveName,
      stage: live,
      apiMappingKey: liveStageName,
    });
    const targets: Record<'Rest' | 'Live', DomainTarget> = {
      Rest: {
        name: domain.rest,
        target: restName.domainNameAliasDomainName,
        zoneId: restName.domainNameAliasHostedZoneId,
      },
      Live: { name: domain.live, target: liveName.regionalDomainName, zoneId: liveName.regionalHostedZoneId },
    };
    for (const [name, target] of Object.entries(targets)) this.lead(name, target, domain.hostedZoneId);
  }

  /** By a record in the zone, or by whoever reads the output. */
  private lead(id: string, { name, target, zoneId }: DomainTarget, hostedZoneId: string | undefined): void {
    if (hostedZoneId) {
      const aliasTarget = { dnsName: target, hostedZoneId: zoneId };
      new CfnRecordSet(this, `${id}Record`, { hostedZoneId, name, type: 'A', aliasTarget });
      return;
    }
    const description = `What a CNAME record of ${name} must say`;
    new CfnOutput(this, `${id}Target`, { value: target, description }).overrideLogicalId(`${id}DomainTarget`);
  }
}
